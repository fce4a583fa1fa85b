-- The tables of a journal. Times are RFC 3339 in UTC, values of facts are JSON.
CREATE TABLE source (
    id INTEGER PRIMARY KEY,
    identity TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    name TEXT NOT NULL,
    damage TEXT NOT NULL DEFAULT ''
);
CREATE TABLE pass (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES source (id),
    recipe TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    finished INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE look (
    source INTEGER NOT NULL REFERENCES source (id),
    domain TEXT NOT NULL,
    pass INTEGER NOT NULL REFERENCES pass (id),
    looked_at TEXT,
    PRIMARY KEY (source, domain)
) WITHOUT ROWID;
CREATE INDEX look_of_pass ON look (pass);
CREATE TABLE page (
    id INTEGER PRIMARY KEY,
    domain TEXT NOT NULL,
    source INTEGER NOT NULL REFERENCES source (id),
    url TEXT NOT NULL,
    state TEXT NOT NULL,
    observed_at TEXT NOT NULL,
    note TEXT NOT NULL,
    UNIQUE (domain, source, url)
);
CREATE TABLE fact (
    page INTEGER NOT NULL REFERENCES page (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    confidence REAL NOT NULL,
    extractor TEXT NOT NULL
);
CREATE INDEX fact_of_page ON fact (page);
CREATE TABLE mishap (
    page INTEGER NOT NULL REFERENCES page (id) ON DELETE CASCADE,
    extractor TEXT NOT NULL,
    message TEXT NOT NULL
);
CREATE INDEX mishap_of_page ON mishap (page);
CREATE TABLE archive (
    path TEXT PRIMARY KEY,
    size INTEGER NOT NULL
);
CREATE TABLE forgotten (
    digest TEXT PRIMARY KEY
);
