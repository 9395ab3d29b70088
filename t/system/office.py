"""Workbooks as LibreOffice reads them: what the people who get them see."""
import io
import subprocess
import tempfile
from pathlib import Path

import openpyxl

COMMAND = ["soffice", "--headless", "--norestore", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]


def opened(*files):
    """The workbooks (bytes) opened, calculated anew and saved by LibreOffice: an openpyxl book for each, with values."""
    with tempfile.TemporaryDirectory() as folder:
        for i, data in enumerate(files):
            Path(folder, f"{i}.xlsx").write_bytes(data)
        done = subprocess.run([*COMMAND, f"-env:UserInstallation=file://{folder}/profile", "--outdir", f"{folder}/out",
                               *(f"{folder}/{i}.xlsx" for i in range(len(files)))], capture_output=True, text=True, timeout=180)
        missing = [i for i in range(len(files)) if not Path(folder, "out", f"{i}.xlsx").exists()]
        assert done.returncode == 0 and not missing, f"{missing}: {done.stdout}{done.stderr}"
        return [openpyxl.load_workbook(io.BytesIO(Path(folder, "out", f"{i}.xlsx").read_bytes()), data_only=True) for i in range(len(files))]
