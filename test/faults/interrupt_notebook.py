"""Interrupts a cell that trains, as JupyterLab's stop button does, and runs it again.

    python interrupt_notebook.py NOTEBOOKS RUNS CELL

Prints one line of JSON: what the two executions answered, and the seconds that the interruption took
until the cell had ended and until the run was free for others.
"""
import glob
import json
import sys
import time

from jupyter_client.manager import start_new_kernel

LIMIT_S = 90


def wait_until(found):
    end = time.monotonic() + LIMIT_S
    while not found():
        if time.monotonic() > end:
            raise SystemExit("waited for too long")
        time.sleep(0.02)


def steps_done(runs):
    for name in glob.glob(f"{runs}/train-*/progress.json"):
        with open(name) as file:
            return json.load(file)["done"]
    return 0


def answer(client, request):
    """The status with which the kernel answered an execution: ok or error."""
    while True:
        reply = client.get_shell_msg(timeout=LIMIT_S)
        if reply["parent_header"]["msg_id"] == request:
            return reply["content"]["status"]


def main(notebooks, runs, cell):
    manager, client = start_new_kernel(kernel_name="tslab", cwd=notebooks, startup_timeout=LIMIT_S)
    try:
        request = client.execute(cell)
        wait_until(lambda: steps_done(runs) >= 1)
        started = time.monotonic()
        manager.interrupt_kernel()
        interrupted = answer(client, request)
        cell_s = time.monotonic() - started
        wait_until(lambda: glob.glob(f"{runs}/train-*/lock/1.free"))
        free_s = time.monotonic() - started
        kept = glob.glob(f"{runs}/train-*/states/*")
        time.sleep(0.5)  # For 200 ms after an error, the kernel answers what was queued with "abort".
        again = answer(client, client.execute(cell))
        print(json.dumps({
            "interrupted": interrupted, "cell_s": cell_s, "free_s": free_s, "kept": len(kept),
            "again": again,
        }))
    finally:
        manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
