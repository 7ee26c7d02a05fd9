/*
 * Numbers within a text: they are written in groups, so a number reaches over
 * blanks, and its longest part that is something counts.
 */
#include <string.h>

#include "spans.h"

enum { GROUPS = 10, REACH = 48, BEFORE = 40 };

/* ---- what a class needs to stand in a text ----------------------------------------- */

bool gh_detect_is_sure(enum gh_detect_class class)
{
	switch (class) {
	case GH_DETECT_CARD:
	case GH_DETECT_CH_AHV:
	case GH_DETECT_FR_NIR:
	case GH_DETECT_AE_EID:
	case GH_DETECT_CN_RIC:
	case GH_DETECT_ICCID:
	case GH_DETECT_MX_RFC:
	case GH_DETECT_UK_DRIVER:
	case GH_DETECT_US_MBI:
	case GH_DETECT_NO_FNR:
	case GH_DETECT_ZA_ID:
		return true;
	default:
		return false;
	}
}

/* Shapes whose separators alone say what they are. */
/* lint: table */
static bool is_telling(enum gh_detect_shape shape)
{
	switch (shape) {
	case GH_DETECT_SHAPE_SSN:
	case GH_DETECT_SHAPE_CPF:
	case GH_DETECT_SHAPE_SNILS:
	case GH_DETECT_SHAPE_AHV:
	case GH_DETECT_SHAPE_BELGIAN:
	case GH_DETECT_SHAPE_SIX_SEVEN:
	case GH_DETECT_SHAPE_NIR:
	case GH_DETECT_SHAPE_EMIRATES:
	case GH_DETECT_SHAPE_EIGHT_FOUR:
	case GH_DETECT_SHAPE_CUIT:
	case GH_DETECT_SHAPE_THAI:
	case GH_DETECT_SHAPE_E164:
	case GH_DETECT_SHAPE_PHONE_PARENS:
	case GH_DETECT_SHAPE_CARD_15:
	case GH_DETECT_SHAPE_CARD_16:
	case GH_DETECT_SHAPE_SIX_FOUR:
	case GH_DETECT_SHAPE_QUADS:
	case GH_DETECT_SHAPE_RUT:
	case GH_DETECT_SHAPE_MALAY:
		return true;
	default:
		return false;
	}
}

struct announcement {
	const char *words; /* with blanks around each */
	unsigned families;
};

#define FAMILY(name) (1u << GH_DETECT_FAMILY_##name)
#define NUMBERS      (FAMILY(NATIONAL_ID) | FAMILY(TAX_ID) | FAMILY(HEALTH_ID) | FAMILY(PASSPORT))

/* lint: table */
static const struct announcement announcements[] = {
	{ " born birth birthday dob bday geb geboren geburtsdatum geburtstag nee naissance nacido "
	  "nacida nacimiento nato nata nascita nascido nascimento urodzony urodzona geboortedatum "
	  "fodt fodd fodelsedatum syntynyt dogum ",
	  FAMILY(DATE_OF_BIRTH) },
	{ " phone tel telephone telefon telefono telefone mobile mobil handy cell call fax "
	  "whatsapp "
	  "reach sms text ring anruf anrufen rufnummer portable movil cellulare gsm appeler ",
	  FAMILY(PHONE) },
	{ " account konto kontonummer acct compte cuenta conto rekening routing aba ",
	  FAMILY(BANK_ACCOUNT) },
	{ " card visa mastercard amex kreditkarte carte tarjeta carta ", FAMILY(CARD) },
	{ " imei device serial ip host from client ", FAMILY(IP_OR_DEVICE) },
	{ " ssn social security sin nino insurance nhs passport pass reisepass passeport pasaporte "
	  "passaporto ausweis personalausweis id identity tax steuer steuernummer idnr tin tfn utr "
	  "nif nie dni cpf pesel bsn personnummer cpr fnr aadhaar pan nric curp rfc medicare npi "
	  "mbi "
	  "mrn patient national nir secu codice fiscale rut cedula itin ein egn cnp oib amka taj "
	  "rrn "
	  "snils inn tckn sozialversicherungsnummer svnr ahv avs licence license ",
	  NUMBERS | FAMILY(OTHER_PII) },
};

static bool announces(const struct gh_detect_word *word, unsigned family)
{
	char key[GH_DETECT_WORD + 2] = " ";

	if (word->length == 0 || word->length + 3 > sizeof(key))
		return false;
	memcpy(key + 1, word->text, word->length);
	key[word->length + 1] = ' ';
	for (size_t i = 0; i < sizeof(announcements) / sizeof(announcements[0]); i++)
		if ((announcements[i].families & family) &&
		    strstr(announcements[i].words, key) != NULL)
			return true;
	return false;
}

bool gh_detect_is_announced(const struct gh_detect_reader *r, size_t at, enum gh_detect_class class)
{
	unsigned family = 1u << gh_detect_family_of(class);
	struct gh_span near = { r->text.bytes, at };
	size_t from = at > BEFORE ? at - BEFORE : 0;

	while (from < at) {
		struct gh_detect_word word;
		size_t next = gh_detect_word_read(near, from, &word);

		if (announces(&word, family))
			return true;
		from = next > from ? next : from + 1;
	}
	return false;
}

/* ---- groups ---------------------------------------------------------------------------- */

/* Ends of the groups of digits that may be one number. */
struct groups {
	size_t ends[GROUPS];
	size_t count;
};

static bool is_digit_at(const struct gh_detect_reader *r, size_t at)
{
	return at < r->text.length &&
	       (gh_detect_signs[(unsigned char)r->text.bytes[at]] & GH_DETECT_HAS_DIGIT);
}

/* How many signs stand between two groups; 0: the number ends here. */
static size_t gap(const struct gh_detect_reader *r, size_t at)
{
	size_t length = 0;

	while (length < 3 && at + length < r->text.length &&
	       strchr(" .-/()", r->text.bytes[at + length]) != NULL &&
	       r->text.bytes[at + length] != '\0')
		length++;
	return is_digit_at(r, at + length) ? length : 0;
}

static void read_groups(const struct gh_detect_reader *r, size_t at, struct groups *out)
{
	size_t limit = at + REACH;

	out->count = 0;
	while (!is_digit_at(r, at) && at < r->text.length)
		at++;
	while (out->count < GROUPS && at < limit) {
		size_t more;

		while (is_digit_at(r, at))
			at++;
		out->ends[out->count++] = at;
		more = gap(r, at);
		if (more == 0)
			break;
		at += more;
	}
}

/* ---- one number -------------------------------------------------------------------------- */

static bool is_letter_at(const struct gh_detect_reader *r, size_t at)
{
	const unsigned letters = GH_DETECT_HAS_UPPER | GH_DETECT_HAS_LOWER | GH_DETECT_HAS_HIGH;

	return at < r->text.length && (gh_detect_signs[(unsigned char)r->text.bytes[at]] & letters);
}

static bool is_date(enum gh_detect_shape shape)
{
	return shape == GH_DETECT_SHAPE_ISO_DATE || shape == GH_DETECT_SHAPE_EURO_DATE ||
	       shape == GH_DETECT_SHAPE_US_DATE;
}

static bool fits(const struct gh_detect_reader *r, size_t start, enum gh_detect_shape shape,
		 enum gh_detect_class class)
{
	if (class == GH_DETECT_PHONE_FORMATTED)
		return shape == GH_DETECT_SHAPE_PHONE_PARENS || r->text.bytes[start] == '0' ||
		       gh_detect_is_announced(r, start, class);
	if (class == GH_DETECT_IPV4)
		return gh_detect_is_announced(r, start, class);
	if (gh_detect_tier_of(class) == GH_DETECT_TIER_S || gh_detect_is_sure(class) ||
	    is_telling(shape))
		return true;
	return gh_detect_is_announced(r, start, class);
}

/* The class of a part that may stand here; NONE. */
static enum gh_detect_class class_of(const struct gh_detect_reader *r, size_t start, size_t end)
{
	struct gh_detect_value value =
		gh_detect_text((struct gh_span){ r->text.bytes + start, end - start });
	struct gh_detect_view view;
	struct gh_detect_hits hits;

	if (is_letter_at(r, end))
		return GH_DETECT_NONE;
	gh_detect_view_make(&value, &view);
	gh_detect_classify(&view, &hits);
	if (is_date(hits.shape) && gh_detect_is_announced(r, start, GH_DETECT_DATE_OF_BIRTH))
		return GH_DETECT_DATE_OF_BIRTH;
	for (size_t i = 0; i < hits.count; i++)
		if (fits(r, start, hits.shape, (enum gh_detect_class)hits.classes[i]))
			return (enum gh_detect_class)hits.classes[i];
	if (hits.shape == GH_DETECT_SHAPE_DIGITS && view.length >= 7 &&
	    gh_detect_is_announced(r, start, GH_DETECT_ACCOUNT_NUMBER))
		return GH_DETECT_ACCOUNT_NUMBER;
	if (hits.shape == GH_DETECT_SHAPE_DIGITS && view.length >= 8 &&
	    gh_detect_is_announced(r, start, GH_DETECT_PHONE_DIGITS))
		return GH_DETECT_PHONE_DIGITS;
	return GH_DETECT_NONE;
}

void gh_detect_read_number(struct gh_detect_reader *r, struct gh_detect_token t)
{
	struct groups groups;

	if (gh_detect_read_numbered_street(r, t))
		return;
	read_groups(r, t.start, &groups);
	for (size_t i = groups.count; i > 0; i--) {
		size_t end = groups.ends[i - 1];
		enum gh_detect_class class;

		if (end - t.start < 7)
			break;
		class = class_of(r, t.start, end);
		if (class != GH_DETECT_NONE) {
			gh_detect_span_put(r, t.start, end, class);
			return;
		}
	}
}
