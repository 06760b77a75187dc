"""The application for any WSGI server: `gunicorn wsgi:app`. `tessera serve` does all of this itself."""

from builder.app import create_app

app = create_app()
