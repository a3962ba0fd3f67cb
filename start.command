#!/bin/sh
# Sets the book up and offers what an editor does (macOS: double click; Linux: run it in a terminal).
cd "$(dirname "$0")" || exit 1
export PYTHONUTF8=1
if ! command -v python3 >/dev/null; then
  echo "请先安装 Python 3.11 以上，再双击一次"
  exit 1
fi
python3 -m nianbao setup && exec .venv/bin/python -m nianbao start
