/*
 * Each generated scanner against PCRE2: the same shape for seeds, for what random
 * changes make of them, and for the cells of a corpus where GH_SHARED names one.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <string.h>

#include "detect_patterns.h"
#include "gatehouse/util.h"
#include "unit.h"

typedef enum gh_detect_shape (*scanner)(const unsigned char *text, const unsigned char *end);

struct side {
	const char *name;
	scanner scan;
	const struct oracle_row *rows;
	size_t count;
	pcre2_code *codes[64];
};

#define SIDE(name)                                                                                 \
	{                                                                                          \
#name, gh_detect_scan_##name, name##_rows,                                         \
			sizeof(name##_rows) / sizeof(name##_rows[0]),                              \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}

static const char *const seeds[] = {
	"123456789",
	"078-05-1120",
	"078 05 1120",
	"12-3456789",
	"943 476 5919",
	"943-476-5919",
	"123 456 782",
	"123.456.789",
	"4532 0151 1283 0366",
	"4532-0151-1283-0366 12",
	"3782 822463 10005",
	"35-209900-176148-1",
	"811228-9874",
	"19811228-9874",
	"710319/2745",
	"161175-19997",
	"390.533.447-05",
	"112-233-445 95",
	"20-05536168-2",
	"756.9217.0769.85",
	"85.07.30-033.28",
	"971013-9019902",
	"1 84 12 76 451 089 46",
	"2 84 12 2A 451 089 46",
	"2341 2341 2346",
	"770305-02-1234",
	"1-2345-45678-78-1",
	"12.531.909-2",
	"12531909-K",
	"8123456K",
	"171430710-3",
	"001-1391820-5",
	"784-1980-1234567-9",
	"36 574 261 809",
	"1237 010180",
	"12345678Z",
	"12345678-z",
	"1234567FA",
	"131052-308T",
	"131052A3088",
	"11010519491231002X",
	"1EG4-TE5-MK73",
	"1EG4TE5MK73",
	"65070801 ",
	"65 170839 J 003",
	"00000000 0 ZZ4",
	"1M8GDM9AXKP042788",
	"203.0.113.195",
	"2024-02-29",
	"29.2.2024",
	"29.02.24",
	"02/29/2024",
	"2/9/24",
	"29 Feb 2024",
	"48.858370",
	"48.8583, 2.2944",
	"978-3-16-148410-0",
	"0-306-40615-2",
	"030640615X",
	"0171 1234567",
	"01 23 45 67 89",
	"1-415-555-2671",
	"03-1234-5678",
	"DE89 3704 0044 0532 0130 00",
	"GB82WEST12345698765432",
	"X1234567L",
	"K1234567L",
	"RSSMRA85T10A562S",
	"GODE561231HDFRRN09",
	"GODE561231GR8",
	"AB123456C",
	"AB 12 34 56 C",
	"S1234567D",
	"A123456(7)",
	"AB1234567",
	"A123456789",
	"ABCPE1234F",
	"ABA300000",
	"C12345678",
	"YA1234567",
	"C01X00T478",
	"MORGA657054SM9IJ",
	"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
	"Feb 29, 2024",
	"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
	"AKIAIOSFODNN7EXAMPLE",
	"ghp_abcdefghijklmnopqrstuvwxyz0123456789",
	"glpat-abcdefghij0123456789",
	"xoxb-1234567890-abc",
	"AIzaSyA1234567890abcdefghijklmnopqrstuv",
	"sk_live_abcdefghij012345",
	"sk-proj-abcdefghij0123456789",
	"SK0123456789abcdef0123456789abcdef",
	"$2b$12$abcdefghijklmnopqrstuv",
	"1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
	"bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
	"0x52908400098527886E0F7030069857D2E4169EE7",
	"abcdefghijklmnopqrstuvwxyz0123456789/+AB",
	"ada@lovelace.org",
	"a.b+c@sub.example.co.uk",
	"00:1A:2b:3c:4d:5e",
	"00-1A-2b-3c-4d-5e",
	"001A.2b3c.4d5e",
	"2001:db8::1",
	"fe80::1%eth0",
	"::1",
	"1:2:3:4:5:6:7:8",
	"::ffff:1.2.3.4",
	"https://user:secret@host.example/path",
	"+49 170 1234567",
	"+1 (415) 555-2671",
	"(415) 555-2671",
	"0033612345678",
};

static void compile(struct side *side)
{
	char anchored[2048];

	for (size_t i = 0; i < side->count; i++) {
		int code;
		PCRE2_SIZE place;

		if (side->rows[i].pattern == NULL)
			continue;
		snprintf(anchored, sizeof(anchored), "\\A(?:%s)\\z", side->rows[i].pattern);
		/* an (?i) at the front reaches to the end of its group */
		side->codes[i] = pcre2_compile((PCRE2_SPTR)anchored, PCRE2_ZERO_TERMINATED, 0,
					       &code, &place, NULL);
		ck_assert_msg(side->codes[i] != NULL, "%s", side->rows[i].pattern);
	}
}

static void clear(struct side *side)
{
	for (size_t i = 0; i < side->count; i++)
		pcre2_code_free(side->codes[i]);
}

/* The first row that matches; rows without a pattern are told by `seen`. */
static enum gh_detect_shape expected(const struct side *side, const char *text, size_t length,
				     enum gh_detect_shape seen, pcre2_match_data *data)
{
	for (size_t i = 0; i < side->count; i++) {
		if (side->rows[i].pattern == NULL && side->rows[i].shape == seen)
			return seen;
		if (side->codes[i] != NULL &&
		    pcre2_match(side->codes[i], (PCRE2_SPTR)text, length, 0, 0, data, NULL) >= 0)
			return side->rows[i].shape;
	}
	return GH_DETECT_SHAPE_NONE;
}

static unsigned hits;

static void compare(const struct side *side, const char *text, size_t length,
		    pcre2_match_data *data)
{
	const unsigned char *bytes = (const unsigned char *)text;
	enum gh_detect_shape seen = side->scan(bytes, bytes + length);
	enum gh_detect_shape wanted = expected(side, text, length, seen, data);

	hits += wanted != GH_DETECT_SHAPE_NONE;
	ck_assert_msg(seen == wanted, "%s: '%s' is %d, the pattern says %d", side->name, text,
		      (int)seen, (int)wanted);
}

static uint32_t state = 12345;

static unsigned draw(unsigned below)
{
	state = state * 1664525 + 1013904223;
	return (state >> 8) % below;
}

/* One sign replaced, put in, taken out, or doubled. */
static size_t change(char *text, size_t length)
{
	static const char signs[] = "0123456789 -./+()AZaz:@$_XK9,;%<";
	size_t at = draw((unsigned)length + 1);
	char sign = signs[draw(sizeof(signs) - 1)];

	switch (draw(3)) {
	case 0:
		if (at < length)
			text[at] = sign;
		return length;
	case 1:
		memmove(text + at + 1, text + at, length - at + 1);
		text[at] = sign;
		return length + 1;
	default:
		if (at >= length || length < 2)
			return length;
		memmove(text + at, text + at + 1, length - at);
		return length - 1;
	}
}

static void compare_changed(const struct side *side, pcre2_match_data *data)
{
	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++) {
		for (unsigned round = 0; round < 120; round++) {
			char text[160];
			size_t length = strlen(seeds[i]);
			unsigned changes = round == 0 ? 0 : 1 + draw(3);

			memcpy(text, seeds[i], length + 1);
			while (changes-- > 0)
				length = change(text, length);
			compare(side, text, length, data);
		}
	}
}

/* The values of a corpus of JSON lines, as they stand between quotes. */
static void compare_corpus(const struct side *side, pcre2_match_data *data)
{
	const char *shared = getenv("GH_SHARED");
	char path[512], line[8192];
	FILE *file;

	snprintf(path, sizeof(path), "%s/corpus/mask/cells.jsonl", shared == NULL ? "" : shared);
	file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		char *start = strstr(line, "\"value\": \"");
		char *end = start == NULL ? NULL : strchr(start + 10, '"');

		if (end == NULL || memchr(start + 10, '\\', (size_t)(end - start - 10)) != NULL)
			continue;
		*end = '\0';
		compare(side, start + 10, (size_t)(end - start - 10), data);
	}
	if (file != NULL)
		fclose(file);
}

static void run(struct side side)
{
	pcre2_match_data *data = pcre2_match_data_create(8, NULL);

	hits = 0;
	compile(&side);
	compare_changed(&side, data);
	compare_corpus(&side, data);
	ck_assert_uint_gt(hits, 100);
	clear(&side);
	pcre2_match_data_free(data);
}

START_TEST(digits_have_the_shapes_of_their_patterns)
{
	run((struct side)SIDE(digit));
}
END_TEST

START_TEST(letters_have_the_shapes_of_their_patterns)
{
	run((struct side)SIDE(letter));
}
END_TEST

START_TEST(tokens_have_the_shapes_of_their_patterns)
{
	run((struct side)SIDE(token));
}
END_TEST

START_TEST(addresses_of_the_net_have_the_shapes_of_their_patterns)
{
	run((struct side)SIDE(net));
}
END_TEST

START_TEST(telephones_have_the_shapes_of_their_patterns)
{
	run((struct side)SIDE(phone));
}
END_TEST

GH_UNIT_MAIN("detect_scan", digits_have_the_shapes_of_their_patterns,
	     letters_have_the_shapes_of_their_patterns, tokens_have_the_shapes_of_their_patterns,
	     addresses_of_the_net_have_the_shapes_of_their_patterns,
	     telephones_have_the_shapes_of_their_patterns)
