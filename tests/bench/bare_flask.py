"""Flask with one route: the least that a web process can be."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def index() -> str:
    return "Hello."
