"""Executes a notebook and tells how far it is: `python execute_notebook.py NOTEBOOK OUTPUT FOLDER`.

NOTEBOOK is executed by its own kernel in FOLDER and written to OUTPUT once its last cell has run.
Each line of stdout is a JSON object: `{"cell": 3}` when cell 3 (of all cells, from 0) begins,
`{"cell": 3, "progress": "..."}` when its progress bar moves, and, at the end of a failure,
`{"cell": 3, "failed": "..."}` with what the kernel printed. SIGINT ends the kernel too.
"""
import json
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

# Prefix of the display ids of src/progress/notebook-progress.ts.
PROGRESS = "hidden-gaussian-progress-"
# A kernel on a busy machine; nbclient would give up after 60 s.
START_S = 300
# The kernel's last words: a stack and some lines before it.
MOST_CHARACTERS = 8000


def tell(**line):
    print(json.dumps(line), flush=True)


class Client(NotebookClient):
    """An nbclient that tells what it does."""

    at = 0

    def process_message(self, msg, cell, cell_index):
        content = msg.get("content", {})
        display = (content.get("transient") or {}).get("display_id", "")
        if display.startswith(PROGRESS):
            tell(cell=cell_index, progress=content["data"].get("text/plain", ""))
        return super().process_message(msg, cell, cell_index)


def words_of(cell):
    """What a failed cell printed as an error: tslab writes it to stderr, others in their outputs."""
    texts = [
        output.get("text") or "\n".join(output.get("traceback", []))
        for output in cell.get("outputs", [])
        if output["output_type"] == "error" or output.get("name") == "stderr"
    ]
    return "".join(texts)[-MOST_CHARACTERS:]


def main(source, output, folder):
    notebook = nbformat.read(source, as_version=4)
    client = Client(
        notebook, timeout=None, startup_timeout=START_S, shutdown_kernel="immediate",
        record_timing=False,
        resources={"metadata": {"path": folder}},
    )

    def begins(cell, cell_index):
        client.at = cell_index
        if cell.cell_type == "code":
            tell(cell=cell_index)

    client.on_cell_start = begins
    try:
        client.execute()
    except (CellExecutionError, DeadKernelError) as error:
        words = words_of(notebook.cells[client.at])
        tell(cell=client.at, failed=words if isinstance(error, CellExecutionError) else str(error))
        return 1
    nbformat.write(notebook, output)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
