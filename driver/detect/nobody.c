/*
 * Values that have the shape of personal data and are nobody's: mailboxes of a
 * role, free-phone numbers, addresses of networks, placeholders for passwords.
 */
#include <string.h>
#include <strings.h>

#include "spans.h"

/* ---- mail -------------------------------------------------------------------------- */

/* lint: table */
static const char *const roles[] = {
	"info",
	"support",
	"sales",
	"contact",
	"admin",
	"administrator",
	"webmaster",
	"postmaster",
	"hostmaster",
	"abuse",
	"noreply",
	"no-reply",
	"no_reply",
	"donotreply",
	"do-not-reply",
	"do_not_reply",
	"help",
	"helpdesk",
	"service",
	"services",
	"office",
	"billing",
	"invoice",
	"invoices",
	"accounting",
	"accounts",
	"finance",
	"hr",
	"jobs",
	"careers",
	"career",
	"marketing",
	"press",
	"media",
	"team",
	"hello",
	"hi",
	"mail",
	"mailer-daemon",
	"root",
	"security",
	"privacy",
	"legal",
	"newsletter",
	"news",
	"notifications",
	"notification",
	"notify",
	"alerts",
	"alert",
	"bounce",
	"bounces",
	"orders",
	"order",
	"bestellung",
	"kontakt",
	"kundenservice",
	"kundendienst",
	"vertrieb",
	"verkauf",
	"rechnung",
	"buchhaltung",
	"bewerbung",
	"personal",
	"presse",
	"datenschutz",
	"service-client",
	"commercial",
	"comptabilite",
	"rh",
	"recrutement",
	"contacto",
	"ventas",
	"soporte",
	"ayuda",
	"facturacion",
	"administracion",
	"contato",
	"vendas",
	"suporte",
	"atendimento",
	"financeiro",
	"contatti",
	"assistenza",
	"vendite",
	"amministrazione",
	"biuro",
	"sklep",
	"pomoc",
	"obchod",
	"customerservice",
	"customer.service",
	"customer-service",
	"customercare",
	"customersupport",
	"customer.support",
	"feedback",
	"enquiries",
	"enquiry",
	"inquiries",
	"reception",
	"booking",
	"bookings",
	"reservations",
	"shop",
	"store",
	"webshop",
	"dev",
	"devops",
	"ops",
	"it",
	"itsupport",
	"it-support",
	"sysadmin",
	"test",
	"tester",
	"testing",
	"demo",
	"example",
	"user",
	"username",
	"email",
	"your",
	"you",
	"foo",
	"partners",
	"partner",
	"procurement",
	"purchasing",
	"einkauf",
	"logistics",
	"shipping",
	"returns",
	"warehouse",
	"payments",
	"payroll",
	"compliance",
	"dpo",
	"gdpr",
	"investors",
	"ir",
	"events",
	"community",
	"subscribe",
	"unsubscribe",
	"list",
	"lists",
	"all",
	"everyone",
	"staff",
	"management",
	"ceo",
	"cfo",
	"api",
	"bot",
	"system",
	"daemon",
	"cron",
	"monitoring",
	"backup",
	"git",
};

bool gh_detect_is_role_mailbox(const unsigned char *text, size_t length)
{
	const unsigned char *at = memchr(text, '@', length);
	const unsigned char *plus = memchr(text, '+', length);
	size_t local = at == NULL ? 0 : (size_t)(at - text);

	if (plus != NULL && plus < at)
		local = (size_t)(plus - text);
	while (local > 3 && (gh_detect_signs[text[local - 1]] & GH_DETECT_HAS_DIGIT))
		local--;
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (strncasecmp(roles[i], (const char *)text, local) == 0 &&
		    strlen(roles[i]) == local)
			return true;
	return false;
}

/* ---- telephones --------------------------------------------------------------------------- */

/* The start of a number with its country code, or with a trunk 0. */
/* lint: table */
static const char *const hotlines[] = {
	"1800",  "1888",  "1877",  "1866",   "1855",   "1844",   "1833",   "1900",   "800",
	"888",   "877",   "866",   "855",    "844",    "833",    "44800",  "44808",  "44843",
	"44845", "44870", "44871", "44844",  "0800",   "0808",   "0843",   "0844",   "0845",
	"0870",  "0871",  "0900",  "0180",   "0190",   "49800",  "49180",  "49900",  "49190",
	"33800", "33801", "33802", "33805",  "33806",  "33809",  "3381",   "3382",   "3389",
	"0801",  "0802",  "0803",  "0804",   "0805",   "0806",   "0809",   "0810",   "0811",
	"0820",  "0821",  "0825",  "0826",   "0890",   "0892",   "41800",  "41848",  "41900",
	"43800", "43810", "43820", "39800",  "39199",  "39899",  "34900",  "34902",  "34800",
	"31800", "31900", "32800", "32900",  "61180",  "61130",  "48800",  "48801",  "46200",
	"46771", "47800", "4580",  "358800", "353180", "351800", "351808", "911800", "81120",
	"0120",  "86400", "55800", "550800", "52800",  "7800",   "8800",   "90444",  "90850",
	"27800", "27860", "27861", "0860",   "0861",   "65800",  "82080",  "82158",  "0008",
};

bool gh_detect_is_hotline(const char *digits, size_t length)
{
	for (size_t i = 0; i < sizeof(hotlines) / sizeof(hotlines[0]); i++) {
		size_t start = strlen(hotlines[i]);

		if (start > length || memcmp(hotlines[i], digits, start) != 0)
			continue;
		/* without country code or trunk 0, only America's ten digits */
		if (start > 3 || length == 10)
			return true;
	}
	return gh_detect_same_digits(digits + 1, length - 1);
}

/* ---- networks ------------------------------------------------------------------------------- */

static bool starts(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

bool gh_detect_is_infrastructure_ipv4(const unsigned char *text)
{
	const char *address = (const char *)text;
	unsigned second = 0;

	for (const char *c = strchr(address, '.'); c != NULL && c[1] >= '0' && c[1] <= '9'; c++)
		second = second * 10 + (unsigned)(c[1] - '0');
	if (starts(address, "172."))
		return second >= 16 && second <= 31;
	if (starts(address, "100."))
		return second >= 64 && second <= 127;
	return starts(address, "10.") || starts(address, "127.") || starts(address, "0.") ||
	       starts(address, "192.168.") || starts(address, "169.254.") ||
	       starts(address, "255.");
}

/* ---- passwords ----------------------------------------------------------------------------------
 */

static bool is_placeholder(const char *value, size_t length)
{
	static const char *const words[] = { "password", "secret", "changeme", "yourpassword",
					     "pass",     "pwd",    "redacted", "hidden" };
	size_t stars = 0;

	for (size_t i = 0; i < length; i++)
		stars += strchr("*xX.-_#", value[i]) != NULL;
	if (stars == length || strchr("<${[%", value[0]) != NULL)
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == length && strncasecmp(words[i], value, length) == 0)
			return true;
	return false;
}

/* Is the '=' at `equals` that of a password with a value? */
static bool is_password_at(const char *text, const char *equals, const char *end)
{
	static const char *const keys[] = { "password",   "pwd",  "passwd",
					    "accountkey", "pass", "sharedaccesskey",
					    "secret",     "sas",  "passphrase" };
	const char *value = equals + 1;
	const char *key = equals;
	size_t length = 0;

	while (key > text && ((key[-1] | 32) >= 'a') && ((key[-1] | 32) <= 'z'))
		key--;
	while (value + length < end && strchr("; \t\r\n&\"',", value[length]) == NULL)
		length++;
	if (length < 3 || is_placeholder(value, length))
		return false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strlen(keys[i]) == (size_t)(equals - key) &&
		    strncasecmp(keys[i], key, strlen(keys[i])) == 0)
			return true;
	return false;
}

bool gh_detect_is_password_pair(const char *start, const char *equals, const char *end)
{
	return is_password_at(start, equals, end);
}

bool gh_detect_is_connection_string(const unsigned char *text, size_t length)
{
	const char *start = (const char *)text;
	const char *end = start + length;
	const char *equals = memchr(start, '=', length);
	size_t pairs = 0;
	bool password = false;

	for (; equals != NULL; equals = memchr(equals + 1, '=', (size_t)(end - equals - 1))) {
		pairs++;
		password = password || is_password_at(start, equals, end);
	}
	return password && pairs >= 2;
}
