/*
 * Pseudonyms: a word of a dictionary for each value, chosen by a keyed hash.
 * Different values may share a word.
 */
#include "internal.h"

#include <string.h>

#define WORDS(list) list, sizeof(list) / sizeof((list)[0])

/* lint: table */
static const char *const given[] = {
	"Ada",    "Alan",  "Amina", "Anna",  "Ben",  "Bruno", "Carla", "Carlos", "Chen",  "Clara",
	"Daniel", "Diana", "Elena", "Emil",  "Emma", "Farid", "Felix", "Fiona",  "Georg", "Grace",
	"Hana",   "Hugo",  "Ida",   "Igor",  "Ines", "Ivan",  "Jana",  "Jonas",  "Julia", "Karim",
	"Karin",  "Kenji", "Lara",  "Leila", "Leo",  "Lucas", "Lucia", "Maria",  "Marta", "Max",
	"Mei",    "Mila",  "Milan", "Nadia", "Nils", "Nina",  "Noah",  "Nora",   "Olga",  "Omar",
	"Oscar",  "Paul",  "Petra", "Rosa",  "Ruth", "Samir", "Sara",  "Sofia",  "Theo",  "Tomas",
	"Uma",    "Vera",  "Yuki",  "Zoe",
};

/* lint: table */
static const char *const family[] = {
	"Adams",  "Ali",     "Andersen", "Bauer",  "Becker",  "Bianchi",  "Brown",   "Chen",
	"Cohen",  "Costa",   "Dubois",   "Evans",  "Fischer", "Garcia",   "Gomez",   "Hansen",
	"Haas",   "Hoffman", "Horvat",   "Ito",    "Ivanov",  "Jansen",   "Jones",   "Kaya",
	"Keller", "Khan",    "Kim",      "Klein",  "Kovacs",  "Kowalski", "Kumar",   "Larsen",
	"Lee",    "Lopez",   "Martin",   "Mayer",  "Meyer",   "Miller",   "Moreau",  "Nagy",
	"Nguyen", "Novak",   "Olsen",    "Park",   "Patel",   "Petrov",   "Popescu", "Rossi",
	"Russo",  "Santos",  "Sato",     "Silva",  "Singh",   "Smith",    "Suzuki",  "Tanaka",
	"Taylor", "Vogel",   "Weber",    "Wilson", "Wolf",    "Wright",   "Yilmaz",  "Young",
};

/* lint: table */
static const char *const city[] = {
	"Aalen",    "Albany", "Arles",  "Athens", "Bath",    "Bergen", "Bologna", "Bruges",
	"Cork",     "Cuenca", "Delft",  "Denver", "Dover",   "Dublin", "Essen",   "Florence",
	"Ghent",    "Graz",   "Haifa",  "Helena", "Izmir",   "Jena",   "Kiel",    "Kobe",
	"Kyoto",    "Leeds",  "Lima",   "Linz",   "Lyon",    "Malaga", "Malmo",   "Nantes",
	"Naples",   "Nara",   "Oslo",   "Oxford", "Padua",   "Pilsen", "Porto",   "Quito",
	"Reims",    "Riga",   "Rouen",  "Salem",  "Siena",   "Split",  "Tampa",   "Tartu",
	"Toledo",   "Tours",  "Trento", "Trier",  "Turin",   "Turku",  "Ulm",     "Utrecht",
	"Valencia", "Verona", "Vienna", "Weimar", "Windsor", "York",   "Zagreb",  "Zurich",
};

/* lint: table */
static const char *const street[] = {
	"Abbey Road",    "Acorn Lane",    "Alder Street",  "Apple Lane",    "Ash Street",
	"Bay Street",    "Beech Avenue",  "Bell Lane",     "Birch Road",    "Bridge Street",
	"Brook Lane",    "Cedar Avenue",  "Chapel Street", "Cherry Lane",   "Church Road",
	"Clover Lane",   "Cross Street",  "Dale Road",     "East Street",   "Elm Street",
	"Farm Road",     "Fern Lane",     "Field Road",    "Forest Road",   "Garden Street",
	"Grove Road",    "Harbor Street", "Hazel Lane",    "High Street",   "Hill Road",
	"Holly Lane",    "Ivy Lane",      "Lake Street",   "Laurel Avenue", "Lime Street",
	"Maple Street",  "Market Street", "Meadow Lane",   "Mill Lane",     "North Street",
	"Oak Street",    "Orchard Road",  "Park Avenue",   "Pear Lane",     "Pine Street",
	"Pond Lane",     "Poplar Road",   "Quarry Road",   "River Road",    "Rose Lane",
	"School Lane",   "South Street",  "Spring Street", "Spruce Avenue", "Station Road",
	"Stone Lane",    "Sun Street",    "Tower Street",  "Valley Road",   "View Road",
	"Walnut Street", "West Street",   "Willow Lane",   "Wood Street",
};

struct gh_mask_dictionary {
	const char *name;
	const char *const *first;
	size_t first_count;
	const char *const *second; /* behind a blank; NULL: one word is enough */
	size_t second_count;
};

/* lint: table */
static const struct gh_mask_dictionary dictionaries[] = {
	{ "given", WORDS(given), NULL, 0 },      { "family", WORDS(family), NULL, 0 },
	{ "name", WORDS(given), WORDS(family) }, { "city", WORDS(city), NULL, 0 },
	{ "street", WORDS(street), NULL, 0 },
};

const struct gh_mask_dictionary *gh_mask_dictionary_find(const char *name)
{
	for (size_t i = 0; name != NULL && i < sizeof(dictionaries) / sizeof(dictionaries[0]); i++)
		if (strcmp(dictionaries[i].name, name) == 0)
			return &dictionaries[i];
	return NULL;
}

static const char *choose(const char *const *words, size_t count, const uint8_t *digest)
{
	uint32_t random = (uint32_t)digest[0] << 24 | (uint32_t)digest[1] << 16 |
			  (uint32_t)digest[2] << 8 | digest[3];

	return words[random % count];
}

enum gh_status gh_mask_pseudo(struct gh_mask *mask, struct gh_span clear,
			      struct gh_mask_result *result)
{
	const struct gh_mask_dictionary *dictionary = mask->dictionary;
	enum gh_status status = gh_mask_normalise(mask, clear, &clear);

	if (status == GH_OK)
		status = gh_mask_digest(mask, "t", clear);
	if (status != GH_OK)
		return status;
	gh_buf_append_text(&mask->masked,
			   choose(dictionary->first, dictionary->first_count, mask->digest));
	if (dictionary->second != NULL) {
		gh_buf_append_char(&mask->masked, ' ');
		gh_buf_append_text(
			&mask->masked,
			choose(dictionary->second, dictionary->second_count, mask->digest + 4));
	}
	*result = (struct gh_mask_result){ .bytes = gh_buf_span(&mask->masked) };
	return mask->masked.failed;
}
