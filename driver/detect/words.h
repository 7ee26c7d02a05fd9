/*
 * What words.c takes from its neighbour for scripts that write without blanks.
 */
#ifndef GATEHOUSE_DETECT_WORDS_H
#define GATEHOUSE_DETECT_WORDS_H

#include "internal.h"

/* Counts signs of Chinese, Japanese and Korean, and what they look like. */
void gh_detect_signs_count(struct gh_span text, struct gh_detect_words *out);

#endif
