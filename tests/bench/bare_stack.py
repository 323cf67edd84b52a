"""Flask with one route, and the libraries that the programme was given to stand on, loaded and set up."""

import redis
from celery import Celery
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase
from wtforms import Form, StringField


class Base(DeclarativeBase):
    """No tables."""


class Line(Form):
    line = StringField("Line")


app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
SQLAlchemy(app, model_class=Base)
celery = Celery("bare", broker="redis://127.0.0.1/0")
client = redis.Redis()


@app.get("/")
def index() -> str:
    return "Hello."
