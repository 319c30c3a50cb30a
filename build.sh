#!/usr/bin/env bash
# ./build.sh [run|test|bench|accuracy|pack] [arguments]: see build/driver/Program.cs.
set -eu
exec dotnet run --project "$(dirname "$0")/build/driver" --configuration Release --verbosity quiet -- "$@"
