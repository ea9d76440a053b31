#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Turn the raw lines of a run into a table, JSON and a plot.

    report.py FOLDER    reads FOLDER/raw.txt, writes report.{txt,json,svg}
"""

import json
import math
import random
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

BASE = ("intree", "intree")
RESAMPLES = 2000


def read_raw(path):
    """Settings, samples[(mode, work)][pair] = [(block, rate)], counts."""
    settings, samples, counts = [], defaultdict(lambda: defaultdict(list)), {}
    for line in path.read_text().splitlines():
        word, *rest = line.split()
        if word == "sample" and len(rest) == 8:
            block, back, front, mode, work, nr, ns, _ = rest
            rate = int(nr) / int(ns) * 1e9
            samples[mode, work][back, front].append((int(block), rate))
        elif word == "count" and len(rest) == 7:
            back, front, mode, work, nr, name, value = rest
            per = counts.setdefault((mode, work), {}).setdefault(back, {})
            per[name] = int(value) / int(nr)
        elif word not in ("sample", "count"):
            settings.append(line)
    return settings, samples, counts


def mean_log(values):
    return math.exp(sum(math.log(v) for v in values) / len(values))


def interval(values):
    """95 % of the geometric means of resampled values."""
    rng = random.Random(1)
    means = sorted(mean_log(rng.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES)]


def ratios(samples):
    """Rows of paired ratios against the in-tree pair of the same block."""
    rows = []
    for (mode, work), pairs in samples.items():
        base = dict(pairs.get(BASE, []))
        for pair, runs in pairs.items():
            paired = [rate / base[block] for block, rate in runs if block in base]
            if pair == BASE or not paired:
                continue
            low, high = interval(paired)
            rows.append({"mode": mode, "workload": work, "back": pair[0], "front": pair[1],
                         "ratio": mean_log(paired), "low": low, "high": high,
                         "runs": len(paired),
                         "intree_per_second": mean_log(list(base.values()))})
    return rows


def grant_calls(per, back):
    """Grant hypercalls of the back, as each kind of driver shows them."""
    names = {"intree": ("dom0_map_calls", "dom0_unmap_calls", "dom0_copy_calls"),
             "ours": ("back_map_hypercalls", "back_unmap_hypercalls", "back_copy_hypercalls")}
    return sum(per.get(name, 0.0) for name in names[back])


def front_pushes(per):
    """Each is one test whether to notify; ours are counted by their size."""
    ours = [value for name, value in per.items() if name.startswith("front_pushes_of")]
    return sum(ours) if ours else per.get("front_push", 0.0)


def count_rows(counts):
    rows = []
    for (mode, work), backs in counts.items():
        for back, per in backs.items():
            rows.append({
                "mode": mode, "workload": work, "drivers": back,
                "grant_hypercalls": grant_calls(per, back),
                "tlb_flushes": per.get("dom0_tlb_flushes", 0.0),
                "back_notifications": per.get("dom0_notifications", 0.0),
                "front_pushes": front_pushes(per),
                "front_notifications": per.get("front_notify", 0.0),
                "all": per})
    return rows


def table(rows, columns):
    """Columns: (title, width, function of a row)."""
    lines = ["  ".join(title.rjust(width) for title, width, _ in columns)]
    lines += ["  ".join(str(show(row)).rjust(width) for _, width, show in columns) for row in rows]
    return "\n".join(lines)


def text(settings, counted, ratio_rows):
    def number(key):
        return lambda row: f"{row[key]:.3f}"

    first = [("mode", 10, lambda r: r["mode"]), ("workload", 16, lambda r: r["workload"])]
    parts = ["Settings", *("  " + line for line in settings), "",
             "Counts per request (both ends of one kind)",
             table(counted, first + [
                 ("drivers", 8, lambda r: r["drivers"]),
                 ("grant calls", 11, number("grant_hypercalls")),
                 ("TLB flushes", 11, number("tlb_flushes")),
                 ("back events", 11, number("back_notifications")),
                 ("front pushes", 12, number("front_pushes")),
                 ("front events", 12, number("front_notifications"))]), "",
             "Requests per second against in-tree back and front, paired runs",
             table(ratio_rows, first + [
                 ("back", 8, lambda r: r["back"]), ("front", 8, lambda r: r["front"]),
                 ("ratio", 7, number("ratio")),
                 ("95 %", 15, lambda r: f"{r['low']:.3f} .. {r['high']:.3f}"),
                 ("runs", 5, lambda r: r["runs"]),
                 ("in-tree/s", 10, lambda r: f"{r['intree_per_second']:.0f}")]), ""]
    return "\n".join(parts)


def plot(ratio_rows, folder):
    """Bars of the ratios, drawn by gnuplot."""
    pairs = sorted({(r["back"], r["front"]) for r in ratio_rows})
    works = list(dict.fromkeys((r["mode"], r["workload"]) for r in ratio_rows))
    value = {(r["mode"], r["workload"], r["back"], r["front"]): r["ratio"] for r in ratio_rows}
    data = ["workload " + " ".join(f'"back {b}, front {f}"' for b, f in pairs)]
    for mode, work in works:
        cells = (value.get((mode, work, b, f), "-") for b, f in pairs)
        data.append(f'"{work} {mode}" ' + " ".join(str(c) for c in cells))
    (folder / "report.dat").write_text("\n".join(data) + "\n")
    script = f"""set terminal svg size 1100,560 background "white"
set output "{folder}/report.svg"
set style data histograms
set style fill solid 0.8 border -1
set xtics rotate by -30
set ylabel "requests per second, in-tree pair = 1"
set yrange [0:*]
set grid y
set key top left autotitle columnhead
plot for [i=2:{len(pairs) + 1}] "{folder}/report.dat" using i:xtic(1), 1 notitle with lines lc "black"
"""
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def main():
    folder = Path(sys.argv[1])
    settings, samples, counts = read_raw(folder / "raw.txt")
    ratio_rows, counted = ratios(samples), count_rows(counts)
    report = text(settings, counted, ratio_rows)
    (folder / "report.txt").write_text(report)
    (folder / "report.json").write_text(json.dumps(
        {"settings": settings, "counts": counted, "ratios": ratio_rows}, indent=1) + "\n")
    if ratio_rows:
        plot(ratio_rows, folder)
    print(report)
    print(f"in {folder}: report.txt, report.json, report.svg")


if __name__ == "__main__":
    main()
