"""The two sides of a comparison: the same data source name, raw or through Gatehouse.

Both find the same name in an odbc.ini of their own, in front of a database that
was made for them and is empty, so that what a suite prints can be compared as it is.
"""
import os
import shutil
import subprocess

NAME = "suite"
TARGET = "suite-target"
WORDS = {
    "pg": ["Driver=PostgreSQL", "Servername={pg}", "Port=5432", "Database={database}",
           "Username=gatehouse", "Password=gatehouse"],
    "pga": ["Driver=PostgreSQL ANSI", "Servername={pg}", "Port=5432", "Database={database}",
            "Username=gatehouse", "Password=gatehouse"],
    "maria": ["Driver=MariaDB", "Server=localhost", "Socket={maria}", "Database={database}",
              "User=gatehouse", "Password=gatehouse"],
    "sqlite": ["Driver=SQLite", "Database={file}", "Timeout=10000"],
}


def psql(database, sql):
    subprocess.run([os.environ["GH_PG_BIN"] + "/psql", "-X", "-q", "-h", os.environ["GH_PG_HOST"],
                    "-p", os.environ["GH_PG_PORT"], "-U", "postgres", "-d", database,
                    "-v", "ON_ERROR_STOP=1", "-c", sql], check=True, timeout=60,
                   stderr=subprocess.DEVNULL)


def maria(sql):
    subprocess.run(["mariadb", "--no-defaults", "--socket=" + os.environ["GH_MARIA_SOCKET"],
                    "-u", "root", "-e", sql], check=True, timeout=60)


class Side:
    """One data source with its own empty database; `kind` is raw or gh."""

    def __init__(self, suite, target, kind, folder):
        name = type(suite).__name__.lower()
        self.keywords = suite.keywords
        self.target = target
        self.kind = kind
        self.folder = os.path.join(folder, kind)
        self.database = "gh_%s_%s" % (name, target)
        self.file = os.path.join(folder, self.database + ".db")
        self.journal = os.path.join(self.folder, "journal")

    def make(self):
        self.make_database()
        os.makedirs(self.folder)
        shutil.copy(os.path.join(os.environ["ODBCSYSINI"], "odbcinst.ini"), self.folder)
        with open(os.path.join(self.folder, "odbc.ini"), "w", encoding="utf-8") as file:
            words = "\n".join(WORDS[self.target]).format(
                pg=os.environ["GH_PG_HOST"], maria=os.environ["GH_MARIA_SOCKET"],
                database=self.database, file=self.file)
            file.write("[%s]\n%s\n\n[%s]\n%s\n" % (NAME, self.front() or words, TARGET, words))

    def front(self):
        """What stands before the target; nothing on the raw side."""
        if self.kind == "raw" or os.environ.get("GH_ODBC_GOVERNED") == "raw":
            return None
        policy = os.path.join(os.environ["top_srcdir"], "tests/odbc/transparent.xml")
        return "Driver=%s\nTargetDSN=%s\nPolicy=%s\nJournal=%s\n%s" % (
            os.environ["GH_DRIVER"], TARGET, policy, self.journal, self.keywords)

    def make_database(self):
        if self.target in ("pg", "pga"):
            psql("postgres", "DROP DATABASE IF EXISTS %s WITH (FORCE)" % self.database)
            psql("postgres", "CREATE DATABASE %s OWNER gatehouse" % self.database)
        elif self.target == "maria":
            maria("DROP DATABASE IF EXISTS {0}; CREATE DATABASE {0}; "
                  "GRANT ALL ON {0}.* TO gatehouse@localhost".format(self.database))
        elif os.path.exists(self.file):
            os.remove(self.file)

    def environment(self):
        return dict(os.environ, ODBCSYSINI=self.folder,
                    ODBCINI=os.path.join(self.folder, "odbc.ini"), TZ="UTC")

    def was_governed(self):
        """The driver in front left its journal: the suite did go through it."""
        return os.path.isdir(self.journal) and bool(os.listdir(self.journal))
