"""The limit beside W1: a bare Flask page that reads 20 rows and renders them by Jinja to the same bytes."""

import os
import sqlite3
import threading

from flask import Flask, render_template_string

app = Flask("bare")
SIZE = int(os.environ["BARE_BYTES"])
PAGE = """<!doctype html><title>bare</title>{% for row in rows %}<article><h2>{{ row[0] }}</h2><p>{{ row[1] }}</p>{{ filler }}</article>{% endfor %}"""
local = threading.local()


@app.get("/")
def index() -> str:
    if not hasattr(local, "db"):
        local.db = sqlite3.connect(os.environ["BARE_DATABASE"], check_same_thread=False)
    rows = local.db.execute("SELECT id, body FROM entries ORDER BY id DESC LIMIT 20").fetchall()
    filler = "x" * max(0, SIZE // 20 - sum(len(row[1]) for row in rows) // 20 - 40)
    return render_template_string(PAGE, rows=rows, filler=filler)
