#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A strict parser of OpenMetrics text (openmetrics.io, 1.0), as far as the agent uses it.

Usage: openmetrics.py FILE. Prints what is wrong; exit code 1. As a module: parse(text) returns {family: type} and
{(sample, ((label, value), ...)): number}, or raises ValueError.
"""
import re
import sys

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)?\}})? (-?[0-9]+(?:\.[0-9]+)?)")
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "info": ("_info",), "histogram": ("_bucket", "_sum", "_count")}


def fail(number, line, text):
    raise ValueError(f"line {number}: {text}: {line}")


def labels_of(number, line, text):
    pairs = re.findall(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"', text or "")
    if len({name for name, _ in pairs}) != len(pairs):
        fail(number, line, "a label twice")
    return tuple(sorted(pairs))


def check_histograms(families, samples):
    for family, kind in families.items():
        if kind != "histogram":
            continue
        series = {}
        for (name, labels), value in samples.items():
            if name == family + "_bucket":
                rest = tuple(pair for pair in labels if pair[0] != "le")
                bounds = dict(labels).get("le")
                if bounds is None:
                    raise ValueError(f"{name}: a bucket without le")
                series.setdefault(rest, []).append((float(bounds), value))
        for rest, buckets in series.items():
            counts = [count for _, count in sorted(buckets)]
            if counts != sorted(counts) or max(buckets)[0] != float("inf"):
                raise ValueError(f"{family}{rest}: buckets that do not grow, or no +Inf")
            if samples.get((family + "_count", rest)) != counts[-1] or (family + "_sum", rest) not in samples:
                raise ValueError(f"{family}{rest}: count and sum do not fit")


def parse(text):
    families, samples = {}, {}
    if not text.endswith("# EOF\n"):
        raise ValueError("it does not end in # EOF")
    current, described = None, set()
    for number, line in enumerate(text[:-len("# EOF\n")].split("\n")[:-1], 1):
        if line.startswith("# "):
            match = re.fullmatch(rf"# (TYPE|UNIT|HELP) ({NAME}) (.+)", line)
            if not match:
                fail(number, line, "not metadata")
            word, family, rest = match.groups()
            if word == "TYPE":
                if family in families or rest not in SUFFIXES:
                    fail(number, line, "a family twice, or an unknown type")
                families[family] = rest
                current = family
            if family != current or (word, family) in described:
                fail(number, line, "metadata out of place")
            described.add((word, family))
            if word == "UNIT" and not family.endswith("_" + rest):
                fail(number, line, "the name does not end in its unit")
            continue
        match = SAMPLE.fullmatch(line)
        if not match:
            fail(number, line, "not a sample")
        name, labels, value = match.groups()
        if current is None or name not in [current + suffix for suffix in SUFFIXES[families[current]]]:
            fail(number, line, "a sample outside its family")
        key = (name, labels_of(number, line, labels))
        if key in samples:
            fail(number, line, "a sample twice")
        samples[key] = float(value)
        if families[current] == "counter" and float(value) < 0:
            fail(number, line, "a counter below zero")
    check_histograms(families, samples)
    return families, samples


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        try:
            parse(file.read())
        except ValueError as error:
            sys.exit(f"{sys.argv[1]}: {error}")


if __name__ == "__main__":
    main()
