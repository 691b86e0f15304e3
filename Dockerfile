# syntax=docker/dockerfile:1
# Plugboard as `npm pack` sends it out, on a root file system that can be read-only. See docs/guides/self-hosting.md.

FROM node:24-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
COPY server/package.json server/
COPY sdk/package.json sdk/
COPY cli/package.json cli/
COPY dashboard/package.json dashboard/
RUN npm ci --ignore-scripts
COPY LICENSE ./
COPY scripts scripts
COPY connectors connectors
COPY dashboard dashboard
COPY sdk sdk
COPY cli cli
COPY server server
RUN node scripts/pack/pack.ts /package \
    && cd /package \
    && npm ci --omit=dev --omit=peer --ignore-scripts

FROM node:24-slim
LABEL org.opencontainers.image.title="Plugboard" org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production \
    PLUGBOARD_HOST=0.0.0.0 \
    PLUGBOARD_PORT=7400 \
    PLUGBOARD_DATA_DIR=/data
COPY --from=build /package /app
RUN install --directory --owner=node --group=node --mode=0700 /data \
    && ln --symbolic /app/dist/cli/plugboard.js /usr/local/bin/plugboard
USER node
WORKDIR /data
VOLUME /data
EXPOSE 7400
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PLUGBOARD_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "/app/dist/server.js"]
