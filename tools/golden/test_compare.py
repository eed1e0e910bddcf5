#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of compare.py; check.sh runs them before it trusts it."""
import json
import pathlib
import tempfile
import unittest

import compare


class CompareTest(unittest.TestCase):
    def found(self, committed, regenerated):
        with tempfile.TemporaryDirectory() as folder:
            sides = pathlib.Path(folder, "committed"), pathlib.Path(folder, "regenerated")
            for side, content in zip(sides, (committed, regenerated)):
                for name, value in content.items():
                    path = side / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
                side.mkdir(exist_ok=True)
            return compare.compare_folders(*sides)

    def one(self, committed, regenerated):
        return self.found({"a/b.json": committed}, {"a/b.json": regenerated})[0]

    def test_equal_and_nearly_equal_numbers_pass(self):
        self.assertEqual([], self.one({"x": [1, 2.5, 0.0]}, {"x": [1.0, 2.5 * (1 + 5e-10), 5e-13]}))

    def test_a_number_off_by_more_than_the_tolerance_is_named(self):
        lines = self.one({"x": [1, {"y": 2.5}]}, {"x": [1, {"y": 2.5 * (1 + 5e-9)}]})
        self.assertEqual(1, len(lines))
        self.assertIn("b.json: $.x[1].y: committed 2.5, regenerated 2.5000000125", lines[0])

    def test_the_committed_file_may_widen_or_narrow_the_tolerance(self):
        self.assertEqual([], self.one({"tolerance": 1e-3, "x": 1}, {"tolerance": 1e-3, "x": 1.0005}))
        exact = {"relative": 0, "absolute": 0}
        self.assertEqual(1, len(self.one({"tolerance": exact, "x": 1}, {"tolerance": exact, "x": 1 + 1e-15})))

    def test_a_tolerance_of_the_regenerated_file_does_not_count(self):
        self.assertEqual(2, len(self.one({"x": 1}, {"tolerance": 1, "x": 1.5})))

    def test_an_unusable_tolerance_is_a_difference(self):
        for bad in ("wide", -1, {"ulp": 1}, {"relative": "x"}, True):
            self.assertEqual(1, len(self.one({"tolerance": bad}, {"tolerance": bad})), bad)

    def test_structure_must_be_equal(self):
        self.assertEqual(2, len(self.one({"x": 1}, {"y": 1})))
        self.assertEqual(1, len(self.one([1, 2], [1])))
        self.assertEqual(1, len(self.one({"x": 1}, {"x": "1"})))
        self.assertEqual(1, len(self.one({"x": 1}, {"x": True})))
        self.assertEqual(1, len(self.one({"x": None}, {"x": 0})))
        self.assertEqual(1, len(self.one({"x": "QUJD"}, {"x": "QUJE"})))

    def test_only_the_version_of_the_oracle_may_differ(self):
        left = {"oracle": {"name": "a", "version": "1"}}
        found, notes = self.found({"a.json": left}, {"a.json": {"oracle": {"name": "a", "version": "2"}}})
        self.assertEqual(([], 1), (found, len(notes)))
        self.assertEqual(1, len(self.one(left, {"oracle": {"name": "b", "version": "1"}})))

    def test_missing_added_and_damaged_files_are_named(self):
        found, _ = self.found({"a.json": {}, "b.json": "{", "c.txt": "1"}, {"b.json": {}, "c.txt": "2", "d.json": {}})
        self.assertEqual(["a.json", "b.json", "c.txt", "d.json"], [line.split(":")[0] for line in found])

    def test_an_empty_golden_folder_is_a_difference(self):
        self.assertEqual(1, len(self.found({}, {})[0]))

    def test_not_a_number_and_infinities(self):
        self.assertEqual([], self.one("[NaN, Infinity]", "[NaN, Infinity]"))
        self.assertEqual(2, len(self.one("[NaN, Infinity]", "[1, -Infinity]")))


if __name__ == "__main__":
    unittest.main()
