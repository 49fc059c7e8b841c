# One image for each service and for the gateway: `docker build --build-arg SERVICE=catalog .`
# SERVICE=all has every one of them, for `gigsta serve --all` and for the jobs: migrations, demo data, users, backups.
# `--target web` makes that of the web app instead. Everything but /tmp may be read-only, and it runs as a user without a name.

FROM python:3.13-slim AS packages
COPY bin/uv.requirements requirements.lock /build/
RUN python -m pip install --quiet --no-cache-dir --require-hashes --no-deps --only-binary=:all: --target /build/uv \
      -r /build/uv.requirements \
 && python -m venv --without-pip /opt/gigsta \
 && /build/uv/bin/uv pip install --quiet --no-cache --require-hashes --no-deps --only-binary :all: --compile-bytecode \
      --python /opt/gigsta/bin/python -r /build/requirements.lock \
 && printf '#!/bin/sh\nexec /opt/gigsta/bin/python -P -m gigsta_cli "$@"\n' > /opt/gigsta/bin/gigsta \
 && chmod 755 /opt/gigsta/bin/gigsta

FROM python:3.13-slim AS source
ARG SERVICE
WORKDIR /app
COPY libs/common/gigsta_common libs/common/gigsta_common
COPY cli/gigsta_cli cli/gigsta_cli
COPY gateway/gigsta_gateway gateway/gigsta_gateway
COPY services services
# Only what this image is for stays. Python cannot keep what it compiles in a read-only image, so that is done here.
RUN set -eu; \
    if [ "$SERVICE" != all ]; then \
      test -d "services/$SERVICE" || test "$SERVICE" = gateway; \
      for other in services/*; do [ "$other" = "services/$SERVICE" ] || rm -r "$other"; done; \
      [ "$SERVICE" = gateway ] || rm -r gateway; \
    fi; \
    python -m compileall -q --invalidation-mode unchecked-hash .

FROM node:20-slim AS web-build
WORKDIR /web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
COPY web ./
RUN WEB_OUT=/dist npm run --silent build

# The web app and a way to the gateway: `docker build --target web .`
FROM nginx:stable AS web
COPY deploy/web/nginx.conf deploy/web/start.sh /etc/gigsta/
COPY --from=web-build /dist /srv/web
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["sh", "/etc/gigsta/start.sh", "/etc/gigsta/nginx.conf", "/srv/web/policy.json", "/tmp/nginx.conf"]
CMD []

FROM python:3.13-slim
# Before SERVICE is known, so that all images share this layer, which is nearly all of what we add.
COPY --from=packages /opt/gigsta /opt/gigsta
# A volume that is mounted here belongs to whoever runs in the container.
RUN install -d -o 10001 -g 10001 /media /backups
ARG SERVICE
ENV SERVICE=$SERVICE \
    HOST=0.0.0.0 \
    PORT=8000 \
    HOME=/tmp \
    MEDIA_FOLDER=/media \
    PATH=/opt/gigsta/bin:$PATH \
    PYTHONPATH=/app/libs/common:/app/cli:/app/gateway:/app/services/auth:/app/services/catalog:/app/services/bookings:/app/services/ratings:/app/services/geo:/app/services/notifications \
    PYTHONDONTWRITEBYTECODE=1
COPY --from=source /app /app
WORKDIR /app
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-I", "-S", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/health/ready', timeout=4)"]
CMD ["gigsta", "serve"]
