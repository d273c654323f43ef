"""Pli's pages. Not a word about metrics in here."""

import secrets

from flask import Flask, jsonify, redirect, request

from . import store

app = Flask(__name__)


@app.errorhandler(store.StoreFailed)
def store_failed(_):
    return jsonify(error="the store doesn't answer, try again later"), 503


@app.get("/")
def home():
    return "Pli. Shorter links. Des liens plus courts.\n"


@app.get("/healthz")
def healthz():
    return jsonify(status="ok")


@app.post("/api/links")
def shorten():
    wanted = request.get_json(silent=True)
    if not isinstance(wanted, dict) or not str(wanted.get("url", "")).startswith(("http://", "https://")):
        return jsonify(error="a JSON object with a url is expected"), 400
    slug = secrets.token_hex(4)
    store.keep(slug, wanted["url"])
    return jsonify(slug=slug), 201


@app.get("/<slug>")
def follow(slug):
    link = store.find(slug)
    return redirect(link["url"]) if link else (jsonify(error="no such link"), 404)
