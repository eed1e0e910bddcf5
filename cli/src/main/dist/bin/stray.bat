@echo off
rem SPDX-License-Identifier: Apache-2.0
setlocal
set "STRAY_DIST=%~dp0.."
set "STRAY_JAVA=java"
if defined JAVA_HOME set "STRAY_JAVA=%JAVA_HOME%\bin\java"
if defined STRAY_JAVA_HOME set "STRAY_JAVA=%STRAY_JAVA_HOME%\bin\java"
"%STRAY_JAVA%" --version >nul 2>nul
if errorlevel 1 (
  echo stray: no Java found. Install a JDK 25 or newer and set STRAY_JAVA_HOME to it. 1>&2
  exit /b 3
)
set "STRAY_MAJOR=0"
for /f "tokens=3" %%v in ('""%STRAY_JAVA%" -version 2^>^&1 ^| findstr /i /c:" version ""') do for /f "delims=.-+ tokens=1" %%m in ("%%~v") do set "STRAY_MAJOR=%%m"
if %STRAY_MAJOR% LSS 25 (
  echo stray: "%STRAY_JAVA%" is Java %STRAY_MAJOR%. Install a JDK 25 or newer and set STRAY_JAVA_HOME to it. 1>&2
  exit /b 3
)
set "ORT_DISABLE_TELEMETRY=1"
"%STRAY_JAVA%" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Djava.awt.headless=true %STRAY_JAVA_OPTIONS% -cp "%STRAY_DIST%\lib\*" io.github.stray.cli.Stray %*
exit /b %ERRORLEVEL%
