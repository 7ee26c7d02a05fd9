/*
 * Words of a cell, folded to small letters without accents, and the tables that
 * know names of people, streets and companies.
 */
#include <string.h>

#include "internal.h"
#include "words.h"

/* ---- folding ------------------------------------------------------------------------ */

/* U+00C0 to U+017F as base letters; '*' is no letter. */
static const char latin[] = "aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo*ouuuuyty"
			    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkk"
			    "llllllllllnnnnnnnnnoooooooorrrrrrsssssssttttttuuuuuuuuuuuu"
			    "wwyyyzzzzzzs";

static bool is_capital_latin(uint32_t point)
{
	if (point < 0x100)
		return point < 0xDF;
	if ((point >= 0x139 && point <= 0x148) || point >= 0x178)
		return point % 2 == 1 || point == 0x178;
	return point % 2 == 0;
}

/* The base letter of Vietnamese and others beyond U+017F; 0: none of them. */
static char beyond_latin(uint32_t point)
{
	static const struct {
		uint16_t last;
		char letter;
	} rows[] = { { 0x1EB7, 'a' }, { 0x1EC7, 'e' }, { 0x1ECB, 'i' },
		     { 0x1EE3, 'o' }, { 0x1EF1, 'u' }, { 0x1EF9, 'y' } };

	if (point >= 0x1EA0 && point <= 0x1EF9)
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			if (point <= rows[i].last)
				return rows[i].letter;
	if (point == 0x1A0 || point == 0x1A1)
		return 'o';
	if (point == 0x1AF || point == 0x1B0)
		return 'u';
	if (point >= 0x218 && point <= 0x21B)
		return point < 0x21A ? 's' : 't';
	return 0;
}

/* Cyrillic and Greek to small letters. */
static uint32_t lower_other(uint32_t point)
{
	if (point >= 0x410 && point <= 0x42F)
		return point + 0x20;
	if (point >= 0x400 && point <= 0x40F)
		return point + 0x50;
	if (point == 0x490)
		return 0x491;
	if (point >= 0x391 && point <= 0x3A9)
		return point + 0x20;
	return point;
}

struct folded {
	uint32_t point; /* 0: no letter */
	bool latin, capital;
};

static struct folded fold(uint32_t point)
{
	struct folded out = { 0, true, false };

	if (point < 0x80) {
		unsigned sign = gh_detect_signs[point];

		out.capital = sign == GH_DETECT_HAS_UPPER;
		if (sign & (GH_DETECT_HAS_UPPER | GH_DETECT_HAS_LOWER))
			out.point = point | 32;
	} else if (point >= 0xC0 && point <= 0x17F) {
		out.capital = is_capital_latin(point);
		out.point = latin[point - 0xC0] == '*' ? 0 : (unsigned char)latin[point - 0xC0];
	} else if (beyond_latin(point) != 0) {
		out.capital = point % 2 == (point == 0x1AF);
		out.point = (unsigned char)beyond_latin(point);
	} else if (point >= 0x300 && !(point >= 0x2000 && point <= 0x303F) &&
		   !(point >= 0xFF00 && point <= 0xFF65) && point < 0x1F000) {
		out.latin = point < 0x370; /* combining accents belong to their letter */
		out.point = lower_other(point);
		out.capital = out.point != point;
	}
	return out;
}

static void put(struct gh_detect_word *word, uint32_t point)
{
	size_t need = point < 0x80 ? 1 : point < 0x800 ? 2 : 3;

	if (point >= 0x300 && point < 0x370)
		return;
	if (word->length + need >= sizeof(word->text) || point > 0xFFFF)
		return;
	if (need == 1) {
		word->text[word->length++] = (char)point;
		return;
	}
	if (need == 3)
		word->text[word->length++] = (char)(0xE0 | point >> 12);
	word->text[word->length++] =
		(char)(need == 2 ? 0xC0 | point >> 6 : 0x80 | (point >> 6 & 63));
	word->text[word->length++] = (char)(0x80 | (point & 63));
}

static uint32_t next_point(struct gh_span text, size_t *at)
{
	unsigned char c = (unsigned char)text.bytes[*at];
	int32_t point = c;

	if (c < 0x80) {
		*at += 1;
		return c;
	}
	point = gh_utf8_next(text, at);
	if (point < 0) { /* some other encoding: a letter for all we know */
		*at += 1;
		return 0xE0;
	}
	return (uint32_t)point;
}

static bool is_apostrophe(uint32_t point)
{
	return point == '\'' || point == 0x2019 || point == '`' || point == 0x2BC;
}

size_t gh_detect_word_read(struct gh_span text, size_t at, struct gh_detect_word *word)
{
	size_t signs = 0, capitals = 0, behind = at;
	bool first = false;

	memset(word, 0, sizeof(*word));
	while (at < text.length) {
		uint32_t point = next_point(text, &at);
		struct folded letter = fold(point);

		if (letter.point == 0 && !(signs > 0 && is_apostrophe(point)))
			break;
		behind = at;
		if (letter.point == 0)
			continue;
		first = signs == 0 ? letter.capital : first;
		capitals += letter.capital;
		word->script = letter.latin && word->script != GH_DETECT_OTHER_SCRIPT
				       ? GH_DETECT_LATIN
				       : GH_DETECT_OTHER_SCRIPT;
		put(word, letter.point);
		signs++;
	}
	if (first)
		word->letters =
			capitals == signs && signs > 1 ? GH_DETECT_ALL_CAPITALS : GH_DETECT_CAPITAL;
	return behind;
}

/* ---- tables -------------------------------------------------------------------------------- */

static const char given_names[][GH_DETECT_WORD] = {
#include "driver/detect/words/given.inc"
};
static const char family_names[][GH_DETECT_WORD] = {
#include "driver/detect/words/family.inc"
};
static const char street_words[][GH_DETECT_WORD] = {
#include "driver/detect/words/street.inc"
};
static const char company_words[][GH_DETECT_WORD] = {
#include "driver/detect/words/company.inc"
};

typedef const char row[GH_DETECT_WORD];

static bool find(const struct gh_detect_word *word, row *table, size_t count)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(word->text, table[middle]);

		if (order == 0)
			return word->length > 0;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

bool gh_detect_is_given_name(const struct gh_detect_word *word)
{
	return find(word, given_names, COUNT(given_names));
}

static bool ends(const struct gh_detect_word *word, const char *end)
{
	size_t length;

	if (word->length < 4 || end[0] == '\0')
		return false;
	length = strlen(end);
	if (end[length - 1] != word->text[word->length - 1])
		return false;
	return word->length > length + 2 &&
	       memcmp(word->text + word->length - length, end, length) == 0;
}

/* Endings that family names have and other words seldom. */
/* lint: table */
static const char *const family_ends[] = {
	"ski",   "ska",    "cki",   "cka",   "czyk",  "wicz",    "owicz",  "iak",    "czak",
	"ova",   "enko",   "chuk",  "ov",    "ev",    "eva",     "sson",   "dottir", "opoulos",
	"idis",  "akis",   "escu",  "eanu",  "oglu",  "yan",     "shvili", "adze",   "vic",
	"ovic",  "evic",   "quist", "gaard", "strom", "inen",    "berger", "mann",   "hofer",
	"meier", "meyer",  "mayer", "maier", "ovski", "evski",   "ez",     "ielli",  "etti",
	"ucci",  "ellini", "cek",   "nsen",  "rsen",  "dsen",    "lsen",   "ksen",   "bsen",
	"ов",    "ова",    "ев",    "ева",   "ин",    "ина",     "ский",   "ская",   "ський",
	"ська",  "енко",   "чук",   "юк",    "ук",    "όπουλος", "ίδης",   "άκης",   "ович",
	"овна",  "евич",   "евна",  "івна",  "дзе",   "швили",   "ян",
};

bool gh_detect_is_family_name(const struct gh_detect_word *word)
{
	if (find(word, family_names, COUNT(family_names)))
		return true;
	for (size_t i = 0; i < COUNT(family_ends); i++)
		if (ends(word, family_ends[i]))
			return true;
	return false;
}

/* Endings of street names that are one word. */
/* lint: table */
static const char *const street_ends[] = {
	"strasse", "strase", "str",   "gasse",  "platz",  "weg",    "allee",  "ufer",   "damm",
	"ring",    "steig",  "gata",  "gatan",  "gate",   "gaten",  "vagen",  "vegen",  "veien",
	"veg",     "vej",    "vei",   "gade",   "straat", "laan",   "plein",  "gracht", "kade",
	"dijk",    "katu",   "kuja",  "polku",  "tie",    "dreef",  "singel", "steeg",  "stien",
	"alle",    "stigen", "grand", "kroken", "bakken", "stræde", "tunet",  "backen",
};

bool gh_detect_is_street_word(const struct gh_detect_word *word)
{
	if (find(word, street_words, COUNT(street_words)))
		return true;
	for (size_t i = 0; i < COUNT(street_ends); i++)
		if (ends(word, street_ends[i]) && word->length > strlen(street_ends[i]) + 3)
			return true;
	return false;
}

bool gh_detect_is_company_word(const struct gh_detect_word *word)
{
	return find(word, company_words, COUNT(company_words));
}

static bool is_one_of(const struct gh_detect_word *word, const char *words)
{
	char key[GH_DETECT_WORD + 2] = " ";

	if (word->length == 0)
		return false;
	memcpy(key + 1, word->text, word->length);
	key[word->length + 1] = ' ';
	key[word->length + 2 > sizeof(key) - 1 ? sizeof(key) - 1 : word->length + 2] = '\0';
	return strstr(words, key) != NULL;
}

bool gh_detect_is_title(const struct gh_detect_word *word)
{
	return word->length <= 12 &&
	       is_one_of(word,
			 " mr mrs ms miss mx dr prof sir dame lord lady herr frau hr fr mme mlle "
			 "monsieur madame mademoiselle sr sra srta don dona senor senora dott "
			 "dottssa sig sigra signor signora ing mgr bc mudr judr phdr pan pani "
			 "dhr mevr mevrouw dipl rer nat herrn mister sayin bay bayan doktor "
			 "г-н г-жа κ κα ");
}

bool gh_detect_is_particle(const struct gh_detect_word *word)
{
	return word->length <= 6 &&
	       is_one_of(word, " de der den del della di da do dos das du des la le van von vom zu "
			       "zur zum ter ten te bin binti ibn al el abu ben bat av af y e i und "
			       "het op in aan jr sr ii iii iv phd md dds dvm ");
}

/* ---- all words of a cell ------------------------------------------------------------------------
 */

static void count_word(const struct gh_detect_word *word, struct gh_detect_words *out)
{
	out->words++;
	if (gh_detect_is_title(word))
		out->title++;
	else if (word->letters == GH_DETECT_SMALL && word->script == GH_DETECT_LATIN &&
		 !gh_detect_is_particle(word))
		out->smalls++;
	out->capitals += word->letters != GH_DETECT_SMALL;
	out->company += gh_detect_is_company_word(word);
	out->street += gh_detect_is_street_word(word);
	if (word->letters == GH_DETECT_SMALL && word->script == GH_DETECT_LATIN)
		return;
	out->given += gh_detect_is_given_name(word);
	out->family += gh_detect_is_family_name(word);
}

/* The beginning of a text is enough to tell what it is. */
enum { WORDS_MAX = 256 };

/* Signs that names may have besides letters. */
static bool is_name_sign(unsigned char c)
{
	return strchr(" .'-,`", c) != NULL || c >= 0x80;
}

void gh_detect_words_count(const struct gh_detect_view *view, struct gh_detect_words *out)
{
	size_t length = view->length > WORDS_MAX ? WORDS_MAX : view->length;
	struct gh_span text = { (const char *)view->text, length };
	size_t at = 0;
	bool name_signs = true, in_number = false;

	memset(out, 0, sizeof(*out));
	while (at < length) {
		struct gh_detect_word word;
		size_t next = gh_detect_word_read(text, at, &word);
		unsigned char c = view->text[at];

		if (next > at) {
			count_word(&word, out);
			at = next;
			in_number = false;
			continue;
		}
		if ((gh_detect_signs[c] & GH_DETECT_HAS_DIGIT) && !in_number)
			out->numbers++;
		in_number = gh_detect_signs[c] & GH_DETECT_HAS_DIGIT;
		name_signs = name_signs && is_name_sign(c);
		out->technical = out->technical || strchr(";={}<>_@", c) != NULL;
		at++;
		while (at < length && (view->text[at] & 0xC0) == 0x80)
			at++;
	}
	gh_detect_signs_count(text, out);
	out->name_like = name_signs && out->numbers == 0 && out->words >= 1 && out->words <= 6 &&
			 out->smalls == 0 && out->company == 0;
}
