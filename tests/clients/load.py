"""Measures an emulator under load: 200 concurrent streams for 20 seconds, twice, and 600 bodies of 3 MB.

    python3 tests/clients/load.py target/release/outcrop
"""

import http.client
import json
import subprocess
import sys
import threading
import time

PATH = "/model/amazon.nova-lite-v1%3A0/"
HEADERS = {"authorization": "Bearer any", "content-type": "application/json"}


def body(text):
    return json.dumps({"messages": [{"role": "user", "content": [{"text": text}]}]})


def memory(process, field="VmRSS"):
    """Returns resident memory in MB, from Linux's /proc."""
    with open(f"/proc/{process.pid}/status") as status:
        line = next(line for line in status if line.startswith(field))
    return int(line.split()[1]) // 1024


def streams(address, seconds, counts, errors):
    """Reads streams over one connection until the time is over."""
    connection = http.client.HTTPConnection(*address)
    end = time.monotonic() + seconds
    question = body("Tell me about rivers, please, and be brief about it.")
    while time.monotonic() < end:
        try:
            connection.request("POST", PATH + "converse-stream", question, HEADERS)
            response = connection.getresponse()
            content = response.read()
            if response.status != 200 or b"messageStop" not in content:
                errors.append(response.status)
            counts.append(1)
        except Exception as error:
            errors.append(repr(error))
            return


def measure_streams(address, process, seconds):
    counts, errors = [], []
    threads = [threading.Thread(target=streams, args=(address, seconds, counts, errors)) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"200 streams for {seconds} s: {len(counts)} streams, {len(errors)} errors {errors[:3]}, {memory(process)} MB")


def measure_bodies(address, process):
    large = body("river " * (3_000_000 // 6))
    connection = http.client.HTTPConnection(*address)
    statuses = set()
    for _ in range(600):
        connection.request("POST", PATH + "converse", large, HEADERS)
        response = connection.getresponse()
        response.read()
        statuses.add(response.status)
    peak = memory(process, "VmHWM")
    print(f"600 bodies of 3 MB: statuses {statuses}, {memory(process)} MB, at most {peak} MB")


def main():
    started = time.monotonic()
    process = subprocess.Popen([sys.argv[1], "emulate"], stdout=subprocess.PIPE, text=True)
    host, port = process.stdout.readline().split("//")[1].strip().split(":")
    print(f"start: {(time.monotonic() - started) * 1000:.0f} ms, {memory(process)} MB")
    try:
        for _ in range(2):
            measure_streams((host, int(port)), process, 20)
    finally:
        process.terminate()
        process.wait()

    process = subprocess.Popen([sys.argv[1], "emulate"], stdout=subprocess.PIPE, text=True)
    host, port = process.stdout.readline().split("//")[1].strip().split(":")
    try:
        measure_bodies((host, int(port)), process)
    finally:
        process.terminate()
        print(f"SIGTERM: exit status {process.wait()}")


if __name__ == "__main__":
    main()
