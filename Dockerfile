# Pinned by tag: a digest fixes one architecture's build, and is for whoever mirrors the image (docs/runbook.md, Deploy).
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
# Two environments: one that installs and builds, and stays here; one without pip, which is the image.
RUN python -m venv tools && python -m venv --without-pip /opt/rasid
COPY requirements-build.lock requirements.lock ./
RUN tools/bin/pip install --require-hashes --only-binary :all: -r requirements-build.lock \
 && tools/bin/pip --python /opt/rasid/bin/python install --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY workers workers
RUN tools/bin/pip wheel --no-deps --no-index --no-build-isolation --wheel-dir dist . \
 && tools/bin/pip --python /opt/rasid/bin/python install --no-deps --no-index dist/*.whl

FROM ${PYTHON_IMAGE}
# The base brings its own pip; nothing is installed from here on.
RUN if python -m pip --version; then python -m pip uninstall --yes --no-cache-dir pip setuptools wheel; fi \
 && install -d -m 0700 -o 10001 -g 10001 /var/lib/rasid
COPY --from=build /opt/rasid /opt/rasid
ENV PATH=/opt/rasid/bin:$PATH HOME=/tmp PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    RASID_STATE_DIR=/var/lib/rasid RASID_HEALTH_PORT=9600
# Which build it is (deploy/image gives both): for `docker inspect`, and for rasid_build_info (workers/build.py).
ARG VERSION=unknown
ARG COMMIT=unknown
LABEL org.opencontainers.image.title=rasid org.opencontainers.image.licenses=Apache-2.0 \
      org.opencontainers.image.version=$VERSION org.opencontainers.image.revision=$COMMIT
RUN printf '%s\n' "$COMMIT" > /opt/rasid/COMMIT
WORKDIR /var/lib/rasid
# A number, so that a cluster that refuses root by uid can tell; no name is needed.
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=8s --start-period=60s --retries=3 CMD ["python", "-m", "workers.ops.probe"]
ENTRYPOINT ["rasid"]
CMD ["--help"]
