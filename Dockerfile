# One image for web, worker, beat and the commands that prepare the database.
ARG PYTHON_IMAGE=python:3.13.7-slim-bookworm

FROM ${PYTHON_IMAGE} AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements/production.lock /tmp/production.lock
# Only what the lock names, only if its hash agrees, and nothing that would have to be compiled.
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/production.lock \
    && /opt/venv/bin/pip uninstall -y pip

FROM ${PYTHON_IMAGE}
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=spelunker.settings \
    STATIC_ROOT=/app/staticfiles
RUN groupadd --gid 10001 spelunker \
    && useradd --uid 10001 --gid spelunker --no-create-home --home-dir /nonexistent spelunker
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY manage.py ./
COPY core core
COPY themis themis
COPY solution_library solution_library
COPY rag rag
COPY rfp_manager rfp_manager
COPY spelunker spelunker
COPY templates templates
COPY locale locale
COPY static static
# The code stays root's: a process that is broken into cannot rewrite it.
RUN python manage.py collectstatic --noinput && python -m compileall -q /app
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-m", "spelunker.healthcheck"]
CMD ["gunicorn", "spelunker.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", \
     "--threads", "8", "--preload", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-", \
     "--logger-class", "spelunker.server_log.MaskingLogger"]
