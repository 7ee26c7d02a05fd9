CREATE TABLE people(id int primary key, name varchar(200), email varchar(200), ssn varchar(200), salary int);
INSERT INTO people VALUES (1,'Zoe','zoe.quartz@example.org','536-48-1207',987654),(2,'Bob','bob@example.org','219-09-8888',50000);
CREATE TABLE orders(id int, person_id int, note varchar(200));
INSERT INTO orders VALUES (10,1,'hello');
CREATE VIEW v_people AS SELECT id, ssn AS tax_ref, lower(email) AS contact FROM people;
CREATE TABLE scratch(x varchar(200));
