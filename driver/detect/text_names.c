/*
 * Names of people and addresses within a text, by the words.
 */
#include <string.h>

#include "spans.h"

enum { NAME_WORDS = 5, STREET_WORDS = 6 };

/* Reads the word behind blanks (and one full stop); 0: there is none so near. */
static size_t next_word(const struct gh_detect_reader *r, size_t at, struct gh_detect_word *word,
			size_t *start)
{
	size_t end;

	if (at < r->text.length && r->text.bytes[at] == '.')
		at++;
	while (at < r->text.length && (r->text.bytes[at] == ' ' || r->text.bytes[at] == '-'))
		at++;
	*start = at;
	end = gh_detect_word_read(r->text, at, word);
	return end > at ? end : 0;
}

static bool is_capital(const struct gh_detect_word *word)
{
	return word->letters != GH_DETECT_SMALL ||
	       (word->script == GH_DETECT_OTHER_SCRIPT && gh_detect_is_given_name(word));
}

/* Words that begin sentences and are names too. */
static bool is_doubtful(const struct gh_detect_word *word)
{
	static const char words[] =
		" will may mark grace hope faith joy summer april june rose dawn "
		"sky art bill frank grant chase ray rich van max page paris a in "
		"the an and or so to die mi sol ng no de la el le les das der der "
		"den new old guy more still even long lane dean chance miles rue "
		"street general prince king lord major bishop deacon carol crystal "
		"amber ruby pearl ivy holly heather violet jasmine olive iris daisy "
		"victor earl duke norm drew pat sue rob rip jack jimmy can sen gul "
		"see so mai jan ana ann an man can dan ha he her his see do hi ho hue "
		"ma mac mei li lo lu my ty vi vy xin yen yi sal al ed es ina ida ira ";
	char key[GH_DETECT_WORD + 2] = " ";

	if (word->length + 3 > sizeof(key))
		return false;
	memcpy(key + 1, word->text, word->length);
	key[word->length + 1] = ' ';
	return strstr(words, key) != NULL;
}

/* "Dear Anna", "Herr Maier": who is spoken to or of. */
static bool is_greeting(const struct gh_detect_word *word)
{
	static const char words[] =
		" dear hi hello hey hallo liebe lieber liebes cher chere bonjour hola "
		"estimado estimada querido querida caro cara ciao gentile kjaere hej "
		"hei beste geachte szanowny szanowna drogi droga mily mila sehr ";
	char key[GH_DETECT_WORD + 2] = " ";

	if (word->length == 0 || word->length + 3 > sizeof(key))
		return false;
	memcpy(key + 1, word->text, word->length);
	key[word->length + 1] = ' ';
	return strstr(words, key) != NULL;
}

/* What the words of a name that begins here add up to. */
struct name {
	size_t start, end;
	unsigned words, given, family, titles, doubtful;
	bool greeting;
};

static bool take_word(struct name *name, const struct gh_detect_word *word, size_t end)
{
	if (gh_detect_is_particle(word) && name->words > 0 && word->letters == GH_DETECT_SMALL)
		return true;
	if (!is_capital(word) || gh_detect_is_company_word(word) || word->length == 0)
		return false;
	name->words++;
	name->given += gh_detect_is_given_name(word);
	name->family += gh_detect_is_family_name(word);
	name->doubtful += is_doubtful(word);
	name->end = end;
	return true;
}

/* Titles and greetings stand before a name and don't belong to it. */
static bool take_before(struct name *name, const struct gh_detect_word *word)
{
	if (name->words > 0)
		return false;
	if (gh_detect_is_title(word) && is_capital(word)) {
		name->titles++;
		return true;
	}
	if (!is_greeting(word))
		return false;
	name->greeting = true;
	return true;
}

/* May the name go on behind the word [start, end)? */
static bool goes_on(const struct gh_detect_reader *r, size_t start, size_t end)
{
	if (end >= r->text.length)
		return false;
	if (r->text.bytes[end] == '.')
		return end - start == 1; /* an initial */
	return r->text.bytes[end] == ' ' || r->text.bytes[end] == '-';
}

static void read_words(const struct gh_detect_reader *r, size_t at, struct name *name)
{
	for (unsigned i = 0; i < NAME_WORDS; i++) {
		struct gh_detect_word word;
		size_t start, end = next_word(r, at, &word, &start);

		if (end == 0)
			return;
		at = end;
		if (take_before(name, &word))
			continue;
		if (name->words == 0)
			name->start = start;
		if (!take_word(name, &word, end) || !goes_on(r, start, end))
			return;
	}
}

static bool is_person(const struct name *name)
{
	if (name->words == 0)
		return false;
	if (name->titles > 0)
		return true;
	if (name->greeting)
		return name->given > 0 || (name->words >= 2 && name->family > 0);
	if (name->words < 2)
		return false;
	return name->given > 0 && (name->given > name->doubtful || name->family > 0) &&
	       (name->given >= 2 || name->family > 0 || name->words == 2);
}

/* ---- addresses ------------------------------------------------------------------------------ */

/* Behind a street: a number of a house, perhaps a postcode and a town. */
static size_t house_number(const struct gh_detect_reader *r, size_t at)
{
	size_t digits = 0;

	while (at < r->text.length && strchr(" .,", r->text.bytes[at]) != NULL)
		at++;
	while (at + digits < r->text.length && digits < 5 &&
	       (gh_detect_signs[(unsigned char)r->text.bytes[at + digits]] & GH_DETECT_HAS_DIGIT))
		digits++;
	if (digits == 0 || digits > 4)
		return 0;
	at += digits;
	if (at < r->text.length && (r->text.bytes[at] | 32) >= 'a' &&
	    (r->text.bytes[at] | 32) <= 'h')
		at++;
	return at;
}

/* ", 10115 Berlin" or ", Springfield, IL 62704" go with the street. */
static size_t town(const struct gh_detect_reader *r, size_t at)
{
	size_t end = at, i = at, digits = 0;

	while (i < r->text.length && strchr(" ,", r->text.bytes[i]) != NULL)
		i++;
	while (i < r->text.length &&
	       (gh_detect_signs[(unsigned char)r->text.bytes[i]] & GH_DETECT_HAS_DIGIT)) {
		i++;
		digits++;
	}
	if (digits >= 4 && digits <= 6) {
		struct gh_detect_word word;
		size_t start, next = next_word(r, i, &word, &start);

		end = next > 0 && is_capital(&word) ? next : i;
	}
	return end;
}

/* "Hauptstrasse 12", "Rue de la Paix 3", "Calle Mayor, 5". */
static bool read_street(struct gh_detect_reader *r, size_t at)
{
	size_t from = at, end = 0, street = 0;

	for (unsigned i = 0; i < STREET_WORDS; i++) {
		struct gh_detect_word word;
		size_t start, next = next_word(r, at, &word, &start);

		if (next == 0)
			break;
		if (!is_capital(&word) && !gh_detect_is_particle(&word) &&
		    !(gh_detect_is_street_word(&word)))
			break;
		street += word.length > 2 && gh_detect_is_street_word(&word);
		at = next;
		end = street > 0 ? house_number(r, at) : 0;
		if (end > 0)
			break;
	}
	if (end == 0)
		return false;
	gh_detect_span_put(r, from, town(r, end), GH_DETECT_ADDRESS);
	return true;
}

/* Behind "12 Main Street"; 0: the words from `at` on are no street. */
static size_t street_behind(const struct gh_detect_reader *r, size_t at)
{
	for (unsigned i = 0; i < STREET_WORDS; i++) {
		struct gh_detect_word word;
		size_t start, next = next_word(r, at, &word, &start);
		bool street = next > 0 && word.length > 1 && gh_detect_is_street_word(&word);

		if (next == 0 ||
		    (!is_capital(&word) && !gh_detect_is_particle(&word) && !(i == 0 && street)))
			return 0;
		at = next;
		if (street && i > 0)
			return at;
	}
	return 0;
}

/* "12 Main Street", "221B Baker St". */
bool gh_detect_read_numbered_street(struct gh_detect_reader *r, struct gh_detect_token t)
{
	size_t at = t.start, end;

	while (at < t.end &&
	       (gh_detect_signs[(unsigned char)r->text.bytes[at]] & GH_DETECT_HAS_DIGIT))
		at++;
	if (at == t.start || at > t.start + 5 || t.end - at > 1)
		return false;
	at = t.end;
	if (at < r->text.length && r->text.bytes[at] == ',')
		at++;
	end = street_behind(r, at);
	if (end > 0)
		gh_detect_span_put(r, t.start, town(r, end), GH_DETECT_ADDRESS);
	return end > 0;
}

/* ---- a capitalised word ------------------------------------------------------------------------
 */

/* An IBAN or another number that begins with letters and is written in groups. */
static bool read_grouped(struct gh_detect_reader *r, struct gh_detect_token t)
{
	size_t end = t.end, ends[12], count = 0;
	struct gh_detect_view view;
	struct gh_detect_hits hits;

	if (t.end - t.start > 8 || !(t.signs & GH_DETECT_HAS_DIGIT))
		return false;
	while (count < 12 && end - t.start < 44) {
		ends[count++] = end;
		if (end + 1 >= r->text.length || r->text.bytes[end] != ' ')
			break;
		for (end++;
		     end < r->text.length && (gh_detect_signs[(unsigned char)r->text.bytes[end]] &
					      (GH_DETECT_HAS_DIGIT | GH_DETECT_HAS_UPPER));)
			end++;
	}
	for (; count > 1; count--) {
		struct gh_detect_value value = gh_detect_text(
			(struct gh_span){ r->text.bytes + t.start, ends[count - 1] - t.start });

		gh_detect_view_make(&value, &view);
		gh_detect_classify(&view, &hits);
		if (hits.count > 0 &&
		    (hits.classes[0] == GH_DETECT_IBAN || hits.classes[0] == GH_DETECT_UK_NINO)) {
			gh_detect_span_put(r, t.start, ends[count - 1],
					   (enum gh_detect_class)hits.classes[0]);
			return true;
		}
	}
	return false;
}

void gh_detect_read_name(struct gh_detect_reader *r, struct gh_detect_token t)
{
	struct name name = { 0 };

	if (read_grouped(r, t) || (t.signs & GH_DETECT_HAS_DIGIT))
		return;
	if (read_street(r, t.start))
		return;
	read_words(r, t.start, &name);
	if (is_person(&name))
		gh_detect_span_put(r, name.start, name.end, GH_DETECT_PERSON);
}
