"""Starts Pli, with its metrics around it."""

from pli.measured import Measured
from pli.web import app
from waitress import serve

serve(Measured(app), host="0.0.0.0", port=8000, threads=24)
