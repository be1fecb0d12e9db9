#!/bin/sh
# Part of `npm run check`: Prometheus's and Alertmanager's own programs look at our files, where they are installed.
set -eu
cd "$(dirname "$0")"
if command -v promtool >/dev/null; then
  promtool check config prometheus.yml >/dev/null
  promtool test rules rules.test.yml rules.hours.test.yml rules.week.test.yml >/dev/null
elif [ "${CI:-}" = true ]; then
  echo 'promtool is not installed (Debian: prometheus)' >&2
  exit 1
else
  echo 'promtool is not installed (Debian: prometheus): rules were not checked'
fi
if command -v amtool >/dev/null; then
  amtool check-config alertmanager.yml >/dev/null
elif [ "${CI:-}" = true ]; then
  echo 'amtool is not installed (Debian: prometheus-alertmanager)' >&2
  exit 1
else
  echo 'amtool is not installed (Debian: prometheus-alertmanager): its file was not checked'
fi
