"""The application for any WSGI server: `gunicorn wsgi:app`. `tessera serve` does all of this itself."""

from builder.app import served

app = served()
