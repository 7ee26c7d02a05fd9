/*
 * Checks of numbers that belong to no country: cards, accounts, devices, books.
 */
#include "check.h"

#include <string.h>

/* The issuer ranges of cards, by their first six digits, with the lengths in use. */
struct issuer {
	unsigned from, to;
	unsigned char shortest, longest;
};

/* lint: table */
static const struct issuer issuers[] = {
	{ 222100, 272099, 16, 16 }, /* Mastercard */
	{ 300000, 305999, 14, 14 }, /* Diners */
	{ 309500, 309599, 14, 14 },
	{ 340000, 349999, 15, 15 }, /* American Express */
	{ 352800, 358999, 16, 19 }, /* JCB */
	{ 360000, 369999, 14, 16 },
	{ 370000, 379999, 15, 15 },
	{ 380000, 399999, 14, 16 },
	{ 400000, 499999, 16, 16 }, /* Visa; those of 13 digits are gone */
	{ 500000, 509999, 16, 16 }, /* Maestro, Elo, Verve */
	{ 510000, 559999, 16, 16 },
	{ 560000, 589999, 16, 19 },
	{ 601100, 601199, 16, 19 }, /* Discover */
	{ 606282, 606282, 16, 16 }, /* Hipercard */
	{ 620000, 629999, 16, 19 }, /* UnionPay */
	{ 637000, 639999, 16, 19 },
	{ 644000, 659999, 16, 19 },
	{ 676000, 676999, 16, 19 },
	{ 220000, 220499, 16, 16 }, /* Mir */
	{ 979200, 979289, 16, 16 }, /* Troy */
};

/* Numbers that documentation and sandboxes use. */
static const char *const test_cards[] = {
	"4111111111111111", "4242424242424242", "4000000000000002", "4012888888881881",
	"5555555555554444", "5105105105105100", "5200828282828210", "2223003122003222",
	"378282246310005",  "371449635398431",  "6011111111111117", "6011000990139424",
	"30569309025904",   "38520000023237",   "3530111333300000", "3566002020360505",
};

bool gh_detect_check_card(const char *c, size_t n)
{
	unsigned range = 0;
	bool known = false;

	for (size_t i = 0; i < 6; i++)
		range = range * 10 + gh_detect_digit(c[i]);
	for (size_t i = 0; i < sizeof(issuers) / sizeof(issuers[0]); i++)
		known |= range >= issuers[i].from && range <= issuers[i].to &&
			 n >= issuers[i].shortest && n <= issuers[i].longest;
	if (!known || !gh_detect_is_luhn(c, n) || gh_detect_same_digits(c + 1, n - 1))
		return false;
	for (size_t i = 0; i < sizeof(test_cards) / sizeof(test_cards[0]); i++)
		if (strlen(test_cards[i]) == n && memcmp(test_cards[i], c, n) == 0)
			return false;
	return true;
}

bool gh_detect_check_imei(const char *c, size_t n)
{
	return gh_detect_is_luhn(c, n) && !gh_detect_same_digits(c, n) && gh_detect_pair(c) != 0;
}

bool gh_detect_check_iccid(const char *c, size_t n)
{
	return gh_detect_pair(c) == 89 && gh_detect_is_luhn(c, n);
}

/* Length by country; others are not taken for an IBAN. */
/* lint: table */
static const char iban_lengths[] =
	"AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29"
	"ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20"
	"LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29"
	"PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20"
	"YE30DZ26AO25BJ28BF28CM27CV25CF27TD27KM27CG27CI28GA27GQ27GW25IR26MA28MG27ML28MZ25NE28SN28"
	"TG28";

static size_t iban_length(const char *country)
{
	for (const char *row = iban_lengths; *row != '\0'; row += 4)
		if (row[0] == country[0] && row[1] == country[1])
			return gh_detect_pair(row + 2);
	return 0;
}

bool gh_detect_check_iban(const char *c, size_t n)
{
	static const char *const samples[] = { "DE89370400440532013000", "GB29NWBK60161331926819",
					       "GB82WEST12345698765432" };

	unsigned key = gh_detect_pair(c + 2);

	if (n < 15 || key < 2 || key > 98 || iban_length(c) != n ||
	    gh_detect_mod97(c, 4, gh_detect_mod97(c + 4, n - 4, 0)) != 1)
		return false;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		if (strlen(samples[i]) == n && memcmp(samples[i], c, n) == 0)
			return false;
	return true;
}

/* What a letter of a VIN counts; 0 for I, O and Q, which have no place in one. */
static unsigned vin_value(char c)
{
	static const char values[] = "12345678012345070923456789";

	return c >= 'A' ? gh_detect_digit(values[c - 'A']) : gh_detect_digit(c);
}

/*
 * The check digit is asked for in North America and China only; elsewhere the
 * place is any sign.  A column of them decides (column.c), so it must hold here.
 */
bool gh_detect_check_vin(const char *c, size_t n)
{
	static const char weights[] = "\10\7\6\5\4\3\2\12\0\11\10\7\6\5\4\3\2";
	unsigned sum = 0, letters = 0;

	for (size_t i = 0; i < n; i++) {
		if (c[i] == 'I' || c[i] == 'O' || c[i] == 'Q')
			return false;
		letters += c[i] >= 'A';
		sum += vin_value(c[i]) * (unsigned char)weights[i];
	}
	return letters >= 2 && letters < n && c[8] == "0123456789X"[sum % 11];
}

/* ISBN of ten signs: a column of books passes every check modulo 11 of other numbers. */
bool gh_detect_check_isbn(const char *c, size_t n)
{
	unsigned sum = gh_detect_weighted(c, "\12\11\10\7\6\5\4\3\2", 9);

	if (n == 13)
		return c[12] != 'X' && memcmp(c, "97", 2) == 0 && (c[2] == '8' || c[2] == '9') &&
		       gh_detect_weighted(c, "\1\3\1\3\1\3\1\3\1\3\1\3\1", 13) % 10 == 0;
	return (sum + (c[9] == 'X' ? 10 : gh_detect_digit(c[9]))) % 11 == 0;
}
