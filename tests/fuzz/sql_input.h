/* What the fuzz targets of the analyser share: its options from one byte, and a catalogue. */
#ifndef GATEHOUSE_TESTS_FUZZ_SQL_INPUT_H
#define GATEHOUSE_TESTS_FUZZ_SQL_INPUT_H

#include "gatehouse/sql.h"

/* The dialect; 0x80: with a catalogue; 0x40: its settings are known; 0x20: NOSCAN. */
struct gh_sql_options fuzz_sql_options(uint8_t chosen);
/* Ends the fuzzer where a promise of the facts is broken. */
void fuzz_sql_check(const struct gh_facts *facts);

#endif
