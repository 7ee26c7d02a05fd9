#!/bin/sh
# Feeds the stored corpus to the fuzz target of the SQL analyser.
exec "${top_builddir:-.}/tests/fuzz/replay_sql" "${top_srcdir:-.}/tests/fuzz/corpus/sql"
