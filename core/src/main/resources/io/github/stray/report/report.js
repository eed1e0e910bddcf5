const copy = document.getElementById("copy");
if (copy) {
  copy.hidden = false;
  copy.addEventListener("click", () => {
    const selection = getSelection();
    selection.selectAllChildren(document.getElementById("command"));
    copy.textContent = document.execCommand("copy") ? "Copied" : "Press Ctrl+C";
    setTimeout(() => { copy.textContent = "Copy"; selection.removeAllRanges(); }, 1500);
  });
}
const chart = document.querySelector(".roc");
for (const item of document.querySelectorAll("[data-series]")) {
  const mark = on => {
    chart.classList.toggle("focused", on);
    for (const same of document.querySelectorAll("[data-series='" + item.dataset.series + "']")) {
      same.classList.toggle("marked", on);
    }
  };
  item.addEventListener("pointerenter", () => mark(true));
  item.addEventListener("pointerleave", () => mark(false));
}
