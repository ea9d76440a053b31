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
BOTH = ("ours", "ours")
RESAMPLES = 2000

# Of the drivers, not of the other end's acknowledgements, is what exceeds this.
SLACK = 1.1

# The devices of both guests.
OUR_SIDES = ("back_", "second_")


def read_raw(path):
    """Settings, samples[(mode, work)][pair] = [(block, rate)], counts."""
    settings, samples, counts = [], defaultdict(lambda: defaultdict(list)), {}
    for line in path.read_text().splitlines():
        word, *rest = line.split()
        if word == "sample" and len(rest) == 9:
            block, back, front, mode, work, nr, ns, _, sent = rest
            rate = int(nr) / int(ns) * 1e9
            samples[mode, work][back, front].append((int(block), rate))
            if int(nr) < int(sent):
                settings.append(f"lost {line}")
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


def noise(samples):
    """How far the in-tree pair's runs are apart: an attach and a load anew each."""
    rows = []
    for (mode, work), pairs in samples.items():
        rates = [rate for _, rate in pairs.get(BASE, [])]
        if rates:
            rows.append({"mode": mode, "workload": work, "runs": len(rates),
                         "nanoseconds": 1e9 / mean_log(rates),
                         "spread": max(rates) / min(rates) - 1})
    return rows


def total(per, *names):
    return sum(per.get(name, 0.0) for name in names)


def ours(per, sides, *names):
    """Counters of our drivers, of every queue and direction and of both guests."""
    return sum(value for name, value in per.items()
               if name.startswith(sides) and name.split("_", 1)[1].removeprefix("tx_")
               .removeprefix("rx_") in names)


def grant_calls(per, back):
    """Grant hypercalls of the back, as each kind of driver shows them."""
    if back == "ours":
        return ours(per, OUR_SIDES, "map_hypercalls", "unmap_hypercalls", "copy_hypercalls")
    return total(per, "dom0_map_calls", "dom0_unmap_calls", "dom0_copy_calls")


def copies(per, back):
    return ours(per, OUR_SIDES, "copy_ops") if back == "ours" else total(per, "dom0_copy_ops")


def maps(per, back):
    if back == "ours":
        return ours(per, OUR_SIDES, "map_ops", "unmap_ops")
    return total(per, "dom0_map_ops", "dom0_unmap_ops")


def answers(per, back):
    """Pushes of responses; the kernel's own pushes each slot by itself."""
    if back == "ours":
        return total(per, "back_tx_pushes", "second_tx_pushes")
    return total(per, "back_xenvif_idx_release")


def wakeups(per, _):
    return total(per, "dom0_wake_vif", "dom0_wake_napi")


def front_skbs(per, _):
    """For each packet, acknowledgements too."""
    skbs = total(per, "front___netdev_alloc_skb", "front___napi_alloc_skb",
                 "front_build_skb", "front_napi_build_skb")
    return skbs / (per.get("front_received") or 1.0)


def front_pushes(per):
    """Each is one test whether to notify; ours are counted by their size."""
    sizes = [value for name, value in per.items()
             if name.startswith(("front_pushes_of", "front_tx_pushes_of"))]
    if sizes:
        return sum(sizes)
    return total(per, "front_blkif_queue_rq", "front_xennet_start_xmit")


# Workload, what is counted for each of its operations, how, and what it may be.
NET_FIGURES = [
    ("udp1500-out", "grant sub-operations", lambda p, b: copies(p, b) + maps(p, b), 1),
    ("udp1500-out", "wake-ups of another thread", wakeups, 0),
    ("tcp-out", "maps + unmaps", maps, 0),
    ("tcp-out", "bytes copied by dom0's processor", lambda p, _: total(p, "dom0_orphan_bytes"), 0),
    ("tcp-out", "pages allocated by dom0, each zeroed", lambda p, _: total(p, "dom0_pages"), 1),
    ("tcp-out", "pushes of responses", answers, 1),
    ("tcp-in", "copy sub-operations", copies, 17),
    ("tcp-in", "skbs allocated by the front, a packet", front_skbs, 1),
    ("pingpong", "wake-ups of another thread", wakeups, 0),
]

# Workloads whose ratio must reach 1.5 with ours on both sides; nowhere may one
# be under 0.97.
FASTER = ("tcp-out", "tcp-in", "udp64-out", "udp64-in")
FASTER_RATIO, NEVER_UNDER = 1.5, 0.97


def figures(counts, ratio_rows):
    """Rows of the network's figures: what, in-tree, ours, target, met."""
    rows = []
    for work, what, count, target in NET_FIGURES:
        backs = counts.get(("dom0", work), {})
        value = {back: count(per, back) for back, per in backs.items()}
        ours_value = value.get("ours")
        rows.append({"workload": work, "what": what, "intree": value.get("intree"),
                     "ours": ours_value, "target": f"<= {target}",
                     "met": None if ours_value is None else
                     ours_value <= target * SLACK + 0.001})
    for row in ratio_rows:
        if row["mode"] not in ("dom0", "bridge"):
            continue
        both = (row["back"], row["front"]) == BOTH
        target = FASTER_RATIO if both and row["workload"] in FASTER else NEVER_UNDER
        rows.append({"workload": row["workload"], "what": f"ratio, back {row['back']}, front {row['front']}",
                     "intree": 1.0, "ours": row["ratio"], "target": f">= {target}",
                     "met": row["ratio"] >= target})
    return [row for row in rows if row["intree"] is not None or row["ours"] is not None]


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
                "front_notifications": per.get("front_notify_remote_via_irq", 0.0),
                "all": per})
    return rows


def table(rows, columns):
    """Columns: (title, width, function of a row)."""
    lines = ["  ".join(title.rjust(width) for title, width, _ in columns)]
    lines += ["  ".join(str(show(row)).rjust(width) for _, width, show in columns) for row in rows]
    return "\n".join(lines)


def number(key, digits=3):
    return lambda row: "-" if row[key] is None else f"{row[key]:.{digits}f}"


def text(report):
    first = [("mode", 10, lambda r: r["mode"]), ("workload", 16, lambda r: r["workload"])]
    parts = ["Settings", *("  " + line for line in report["settings"]), "",
             "Counts per operation (both ends of one kind)",
             table(report["counts"], first + [
                 ("drivers", 8, lambda r: r["drivers"]),
                 ("grant calls", 11, number("grant_hypercalls")),
                 ("TLB flushes", 11, number("tlb_flushes")),
                 ("back events", 11, number("back_notifications")),
                 ("front pushes", 12, number("front_pushes")),
                 ("front events", 12, number("front_notifications"))]), "",
             "In-tree back and front: nanoseconds (instructions) per operation, and how far runs differ",
             table(report["noise"], first + [
                 ("each", 10, number("nanoseconds", 0)),
                 ("spread", 7, lambda r: f"{100 * r['spread']:.1f} %"),
                 ("runs", 5, lambda r: r["runs"])]), "",
             "Operations per second against in-tree back and front, paired runs",
             table(report["ratios"], first + [
                 ("back", 8, lambda r: r["back"]), ("front", 8, lambda r: r["front"]),
                 ("ratio", 7, number("ratio")),
                 ("95 %", 15, lambda r: f"{r['low']:.3f} .. {r['high']:.3f}"),
                 ("runs", 5, lambda r: r["runs"]),
                 ("in-tree/s", 10, number("intree_per_second", 0))]), ""]
    if report["figures"]:
        verdict = {True: "met", False: "NOT MET", None: "not run"}
        parts += ["Network: what was asked for, per packet or 64 KiB",
                  table(report["figures"], [
                      ("workload", 12, lambda r: r["workload"]),
                      ("", 38, lambda r: r["what"]),
                      ("in-tree", 10, number("intree")), ("ours", 10, number("ours")),
                      ("target", 8, lambda r: r["target"]),
                      ("", 8, lambda r: verdict[r["met"]])]), ""]
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
    ratio_rows = ratios(samples)
    report = {"settings": settings, "counts": count_rows(counts), "noise": noise(samples),
              "ratios": ratio_rows, "figures": figures(counts, ratio_rows)}
    (folder / "report.txt").write_text(text(report))
    (folder / "report.json").write_text(json.dumps(report, indent=1) + "\n")
    if ratio_rows:
        plot(ratio_rows, folder)
    print(text(report))
    print(f"in {folder}: report.txt, report.json, report.svg")


if __name__ == "__main__":
    main()
