#!/bin/sh
# Makes the namespace that Steward works in, where there is none.
set -eu
temporal operator namespace describe --namespace default >/dev/null 2>&1 \
    || temporal operator namespace create --namespace default --retention 168h
