#!/usr/bin/env python3
"""Durable events a second over loopback on W1, with the figures that belong beside them.

For each row a new server with an empty folder; the disk is probed before it. Prints a table in
Markdown: medians and the spread of RUNS runs, by turns over the rows, so that a slow minute of the
machine falls on all of them.

usage: server_bench.py BIN FOLDER [--runs 5] [--events 2000000]
       BIN: the folder of guerdon and disk_probe; FOLDER: on the disk that is measured
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

PLAN = pathlib.Path(__file__).resolve().parent / "w1.plan"
# name: options of the server, options of the load, share of the events
ROWS = {
    "lines, a reply each": ([], ["--send", "lines", "--pipeline", "512"], 1),
    "RESP arrays, a reply each": ([], ["--send", "resp", "--pipeline", "512"], 1),
    "batches of 256, a reply a batch": ([], ["--send", "batch"], 1),
    "50 connections, one event each": (
        [], ["--send", "lines", "--connections", "50", "--pipeline", "1", "--deal", "turn"], 0.1),
    "the same, an account on one connection": ([], ["--send", "lines", "--connections", "50", "--pipeline", "1"], 0.1),
    "lines, about half the rate": ([], ["--send", "lines", "--connections", "8", "--pipeline", "64"], 0.5),
    "lines, threads net=1,shards=1": (["--threads", "net=1,shards=1"], ["--send", "lines", "--pipeline", "512"], 1),
    "batches, threads net=1,shards=1": (["--threads", "net=1,shards=1"], ["--send", "batch"], 1),
}


def steal():
    return int(pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[8])


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def info(guerdon, port):
    import socket
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(b"INFO\nQUIT\n")
        text = b""
        while chunk := link.recv(65536):
            text += chunk
    return dict(line.split(":", 1) for line in text.decode().splitlines() if ":" in line)


def measure(bin_folder, folder, serve, load, events):
    data = folder / "server-bench"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    probe = json.loads(subprocess.run([bin_folder / "disk_probe", data, "1000"], check=True,
                                      capture_output=True).stdout)
    shutil.rmtree(data)
    server = subprocess.Popen([bin_folder / "guerdon", "serve", "--plan", PLAN, "--data", data, "--clock", "events",
                               "--listen", "127.0.0.1:0", "--accounts", "1000000", "--keys", "4000000", "--reserve",
                               *serve], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        port = int(server.stdout.readline().rsplit(":", 1)[1])
        # Its spare files are made while it listens; that is not what is measured.
        while len(list(data.glob("spare-*.seg"))) < 2:
            time.sleep(0.1)
        time.sleep(1)
        cpu = cpu_seconds(server.pid)
        stolen = steal()
        report = json.loads(subprocess.run(
            [bin_folder / "guerdon", "load", "--connect", f"127.0.0.1:{port}", "--workload", "w1", "--events",
             str(events), *load, "--json"], check=True, capture_output=True).stdout)
        figures = info(bin_folder / "guerdon", port)
        accepted = int(figures["accepted"])
        return {"rate": report["events_per_second"], "latency": report["latency_us"], "probe": probe,
                "cpu_ns": (cpu_seconds(server.pid) - cpu) * 1e9 / events,
                "bytes": int(figures["log_bytes"]) / accepted, "events_a_frame": accepted / int(figures["log_frames"]),
                "steal": steal() - stolen}
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(data, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--events", type=int, default=2_000_000)
    options = parser.parse_args()
    results = {name: [] for name in ROWS}
    for _ in range(options.runs):
        for name, (serve, load, share) in ROWS.items():
            results[name].append(measure(options.bin, options.folder, serve, load, int(options.events * share)))
            print(name, results[name][-1]["rate"], file=sys.stderr)
    print(f"{options.runs} runs by turns, W1, 1,000,000 accounts, load average {os.getloadavg()[0]:.1f} at the end")
    print()
    print("| | events/s, median (least, most) | request p50 / p99 us | probe 16 KiB p50 / p99 us "
          "| server's CPU ns an event | log bytes an event | events a frame | steal ticks |")
    print("|---|---|---|---|---|---|---|---|")
    for name, runs in results.items():
        def middle(pick):
            return statistics.median(pick(run) for run in runs)
        rates = [run["rate"] for run in runs]
        print(f"| {name} | {middle(lambda r: r['rate']):,.0f} ({min(rates):,.0f}, {max(rates):,.0f}) "
              f"| {middle(lambda r: r['latency']['p50']):,.0f} / {middle(lambda r: r['latency']['p99']):,.0f} "
              f"| {middle(lambda r: r['probe']['p50_us']):,.0f} / {middle(lambda r: r['probe']['p99_us']):,.0f} "
              f"| {middle(lambda r: r['cpu_ns']):,.0f} | {middle(lambda r: r['bytes']):.0f} "
              f"| {middle(lambda r: r['events_a_frame']):,.0f} | {middle(lambda r: r['steal']):.0f} |")


if __name__ == "__main__":
    main()
