CREATE TABLE people(id int primary key, name text, email text, ssn text, salary int);
INSERT INTO people VALUES (1,'Zoe','zoe.quartz@example.org','536-48-1207',987654),(2,'Bob','bob@example.org','219-09-8888',50000);
CREATE TABLE orders(id int, person_id int, note text);
INSERT INTO orders VALUES (10,1,'hello');
CREATE VIEW v_people AS SELECT id, ssn AS tax_ref, lower(email) AS contact FROM people;
CREATE TABLE scratch(x text);
