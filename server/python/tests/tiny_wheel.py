"""Writes a wheel of one module, so that tests that install packages need no registry.

python tiny_wheel.py <folder> '{"name": "tiny", "version": "2.0", "code": "def main(): ..."}'
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import zipfile


def record_row(path: str, text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(text.encode())}\n"


def write_wheel(folder: str, name: str, version: str, code: str) -> None:
    """The module knows its version; its function `main`, if it has one, is the script `<name>-run`."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"__version__ = {version!r}\n{code}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if "def main" in code:
        files[f"{info}/entry_points.txt"] = f"[console_scripts]\n{name}-run = {name}:main\n"
    record = "".join(record_row(*item) for item in files.items()) + f"{info}/RECORD,,\n"
    with zipfile.ZipFile(f"{folder}/{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in {**files, f"{info}/RECORD": record}.items():
            wheel.writestr(path, text)


if __name__ == "__main__":
    write_wheel(sys.argv[1], **json.loads(sys.argv[2]))
