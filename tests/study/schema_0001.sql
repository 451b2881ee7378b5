BEGIN TRANSACTION;
CREATE TABLE answers (
	seq INTEGER NOT NULL, 
	id VARCHAR(32) NOT NULL, 
	learner VARCHAR(32) NOT NULL, 
	question_id TEXT NOT NULL, 
	question_version TEXT NOT NULL, 
	text TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	mode VARCHAR(16) NOT NULL, 
	duration_ms BIGINT, 
	confidence INTEGER, 
	hints JSON NOT NULL, 
	focus JSON NOT NULL, 
	first_try VARCHAR(32), 
	sitting VARCHAR(32), 
	CONSTRAINT pk_answers PRIMARY KEY (seq), 
	CONSTRAINT fk_answers_learner FOREIGN KEY(learner) REFERENCES learners (id) ON DELETE CASCADE, 
	CONSTRAINT uq_answers_id UNIQUE (id)
);
INSERT INTO "answers" VALUES(1,'000000000000000000000000000003e8','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','drift','v1','Drift is when the data change; the old model no longer fits them.',1795510800123456,'study',61000,80,'[["p1", 2, 1795510800123456]]','["p1", "p2"]',NULL,NULL);
INSERT INTO "answers" VALUES(2,'000000000000000000000000000007d0','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','drift','v1','Drift is when the data change; the old model no longer fits them.',1795510800123456,'study',61000,80,'[["p1", 2, 1795510800123456]]','["p1", "p2"]',NULL,NULL);
CREATE TABLE cards (
	learner VARCHAR(32) NOT NULL, 
	question_id TEXT NOT NULL, 
	reading_id TEXT NOT NULL, 
	point_id TEXT NOT NULL, 
	state INTEGER NOT NULL, 
	step INTEGER, 
	stability DOUBLE, 
	difficulty DOUBLE, 
	due BIGINT NOT NULL, 
	last_review BIGINT, 
	reps INTEGER NOT NULL, 
	lapses INTEGER NOT NULL, 
	CONSTRAINT pk_cards PRIMARY KEY (learner, question_id, reading_id, point_id), 
	CONSTRAINT fk_cards_learner FOREIGN KEY(learner) REFERENCES learners (id) ON DELETE CASCADE
);
INSERT INTO "cards" VALUES('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','drift','main','p0',2,NULL,3.1,5.2,1795770000123457,1795510800123456,1,0);
INSERT INTO "cards" VALUES('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','drift','main','p1',2,NULL,3.1,5.2,1795770000123457,1795510800123456,1,0);
INSERT INTO "cards" VALUES('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','drift','main','p2',2,NULL,3.1,5.2,1795770000123457,1795510800123456,1,0);
INSERT INTO "cards" VALUES('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','drift','main','p3',2,NULL,3.1,5.2,1795770000123457,1795510800123456,1,0);
INSERT INTO "cards" VALUES('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','drift','main','p4',2,NULL,3.1,5.2,1795770000123457,1795510800123456,1,0);
INSERT INTO "cards" VALUES('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','drift','main','p5',2,NULL,3.1,5.2,1795770000123457,1795510800123456,1,0);
INSERT INTO "cards" VALUES('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','drift','main','p6',2,NULL,3.1,5.2,1795770000123457,1795510800123456,1,0);
INSERT INTO "cards" VALUES('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','drift','main','p7',2,NULL,3.1,5.2,1795770000123457,1795510800123456,1,0);
INSERT INTO "cards" VALUES('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','drift','main','p0',2,NULL,3.1,5.2,1795770000123457,1795510800123456,1,0);
INSERT INTO "cards" VALUES('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','drift','main','p1',2,NULL,3.1,5.2,1795770000123457,1795510800123456,1,0);
INSERT INTO "cards" VALUES('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','drift','main','p2',2,NULL,3.1,5.2,1795770000123457,1795510800123456,1,0);
INSERT INTO "cards" VALUES('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','drift','main','p3',2,NULL,3.1,5.2,1795770000123457,1795510800123456,1,0);
INSERT INTO "cards" VALUES('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','drift','main','p4',2,NULL,3.1,5.2,1795770000123457,1795510800123456,1,0);
INSERT INTO "cards" VALUES('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','drift','main','p5',2,NULL,3.1,5.2,1795770000123457,1795510800123456,1,0);
INSERT INTO "cards" VALUES('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','drift','main','p6',2,NULL,3.1,5.2,1795770000123457,1795510800123456,1,0);
INSERT INTO "cards" VALUES('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','drift','main','p7',2,NULL,3.1,5.2,1795770000123457,1795510800123456,1,0);
CREATE TABLE disputes (
	id VARCHAR(32) NOT NULL, 
	learner VARCHAR(32) NOT NULL, 
	answer_id VARCHAR(32) NOT NULL, 
	question_id TEXT NOT NULL, 
	reading_id TEXT NOT NULL, 
	point_id TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	passage TEXT NOT NULL, 
	start INTEGER NOT NULL, 
	"end" INTEGER NOT NULL, 
	withdrawn_at BIGINT, 
	CONSTRAINT pk_disputes PRIMARY KEY (id), 
	CONSTRAINT fk_disputes_answer_id FOREIGN KEY(answer_id) REFERENCES answers (id) ON DELETE CASCADE, 
	CONSTRAINT fk_disputes_learner FOREIGN KEY(learner) REFERENCES learners (id) ON DELETE CASCADE
);
CREATE TABLE grades (
	answer_id VARCHAR(32) NOT NULL, 
	number INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	is_latest BOOLEAN NOT NULL, 
	question_id TEXT NOT NULL, 
	question_version TEXT NOT NULL, 
	reading_id TEXT NOT NULL, 
	score DOUBLE NOT NULL, 
	low DOUBLE NOT NULL, 
	high DOUBLE NOT NULL, 
	aided_score DOUBLE NOT NULL, 
	signature TEXT NOT NULL, 
	feedback TEXT NOT NULL, 
	flags JSON NOT NULL, 
	notes JSON NOT NULL, 
	usage JSON, 
	CONSTRAINT pk_grades PRIMARY KEY (answer_id, number), 
	CONSTRAINT fk_grades_answer_id FOREIGN KEY(answer_id) REFERENCES answers (id) ON DELETE CASCADE
);
INSERT INTO "grades" VALUES('000000000000000000000000000003e8',0,1795510800123456,1,'drift','v1','main',1.0,0.0,1.0,0.9,'offline:1','Well said.','["echo"]','["slow"]','[1, 0, 200, 30, 100, null]');
INSERT INTO "grades" VALUES('000000000000000000000000000007d0',0,1795510800123456,1,'drift','v1','main',1.0,0.0,1.0,0.9,'offline:1','Well said.','["echo"]','["slow"]','[1, 0, 200, 30, 100, null]');
CREATE TABLE judgments (
	answer_id VARCHAR(32) NOT NULL, 
	number INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	point_id TEXT NOT NULL, 
	verdict VARCHAR(16) NOT NULL, 
	credit DOUBLE, 
	reason TEXT NOT NULL, 
	source TEXT NOT NULL, 
	evidence JSON NOT NULL, 
	CONSTRAINT pk_judgments PRIMARY KEY (answer_id, number, position), 
	CONSTRAINT fk_judgments_answer_id_number FOREIGN KEY(answer_id, number) REFERENCES grades (answer_id, number) ON DELETE CASCADE
);
INSERT INTO "judgments" VALUES('000000000000000000000000000003e8',0,0,'p0','met',1.0,'said so','offline','[[0, 5, "Drift", "fuzzy", 0.30000000000000004]]');
INSERT INTO "judgments" VALUES('000000000000000000000000000003e8',0,1,'p1','met',1.0,'said so','offline','[[0, 5, "Drift", "fuzzy", 0.30000000000000004]]');
INSERT INTO "judgments" VALUES('000000000000000000000000000003e8',0,2,'p2','met',1.0,'said so','offline','[[0, 5, "Drift", "fuzzy", 0.30000000000000004]]');
INSERT INTO "judgments" VALUES('000000000000000000000000000003e8',0,3,'p3','met',1.0,'said so','offline','[[0, 5, "Drift", "fuzzy", 0.30000000000000004]]');
INSERT INTO "judgments" VALUES('000000000000000000000000000003e8',0,4,'p4','met',1.0,'said so','offline','[[0, 5, "Drift", "fuzzy", 0.30000000000000004]]');
INSERT INTO "judgments" VALUES('000000000000000000000000000003e8',0,5,'p5','met',1.0,'said so','offline','[[0, 5, "Drift", "fuzzy", 0.30000000000000004]]');
INSERT INTO "judgments" VALUES('000000000000000000000000000003e8',0,6,'p6','met',1.0,'said so','offline','[[0, 5, "Drift", "fuzzy", 0.30000000000000004]]');
INSERT INTO "judgments" VALUES('000000000000000000000000000003e8',0,7,'p7','met',1.0,'said so','offline','[[0, 5, "Drift", "fuzzy", 0.30000000000000004]]');
INSERT INTO "judgments" VALUES('000000000000000000000000000007d0',0,0,'p0','met',1.0,'said so','offline','[[0, 5, "Drift", "fuzzy", 0.30000000000000004]]');
INSERT INTO "judgments" VALUES('000000000000000000000000000007d0',0,1,'p1','met',1.0,'said so','offline','[[0, 5, "Drift", "fuzzy", 0.30000000000000004]]');
INSERT INTO "judgments" VALUES('000000000000000000000000000007d0',0,2,'p2','met',1.0,'said so','offline','[[0, 5, "Drift", "fuzzy", 0.30000000000000004]]');
INSERT INTO "judgments" VALUES('000000000000000000000000000007d0',0,3,'p3','met',1.0,'said so','offline','[[0, 5, "Drift", "fuzzy", 0.30000000000000004]]');
INSERT INTO "judgments" VALUES('000000000000000000000000000007d0',0,4,'p4','met',1.0,'said so','offline','[[0, 5, "Drift", "fuzzy", 0.30000000000000004]]');
INSERT INTO "judgments" VALUES('000000000000000000000000000007d0',0,5,'p5','met',1.0,'said so','offline','[[0, 5, "Drift", "fuzzy", 0.30000000000000004]]');
INSERT INTO "judgments" VALUES('000000000000000000000000000007d0',0,6,'p6','met',1.0,'said so','offline','[[0, 5, "Drift", "fuzzy", 0.30000000000000004]]');
INSERT INTO "judgments" VALUES('000000000000000000000000000007d0',0,7,'p7','met',1.0,'said so','offline','[[0, 5, "Drift", "fuzzy", 0.30000000000000004]]');
CREATE TABLE learners (
	id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_learners PRIMARY KEY (id)
);
INSERT INTO "learners" VALUES('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
INSERT INTO "learners" VALUES('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb');
CREATE TABLE openings (
	learner VARCHAR(32) NOT NULL, 
	question_id TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	hints JSON NOT NULL, 
	focus JSON NOT NULL, 
	mode VARCHAR(16) NOT NULL, 
	CONSTRAINT pk_openings PRIMARY KEY (learner, question_id), 
	CONSTRAINT fk_openings_learner FOREIGN KEY(learner) REFERENCES learners (id) ON DELETE CASCADE
);
CREATE TABLE parameters (
	learner VARCHAR(32) NOT NULL, 
	at BIGINT NOT NULL, 
	weights JSON NOT NULL, 
	reviews INTEGER NOT NULL, 
	loss_before DOUBLE NOT NULL, 
	loss_after DOUBLE NOT NULL, 
	CONSTRAINT pk_parameters PRIMARY KEY (learner, at), 
	CONSTRAINT fk_parameters_learner FOREIGN KEY(learner) REFERENCES learners (id) ON DELETE CASCADE
);
CREATE TABLE plans (
	id VARCHAR(32) NOT NULL, 
	learner VARCHAR(32) NOT NULL, 
	name TEXT NOT NULL, 
	exam_on DATE NOT NULL, 
	deck JSON NOT NULL, 
	at BIGINT NOT NULL, 
	ended_at BIGINT, 
	CONSTRAINT pk_plans PRIMARY KEY (id), 
	CONSTRAINT fk_plans_learner FOREIGN KEY(learner) REFERENCES learners (id) ON DELETE CASCADE
);
CREATE TABLE proposals (
	id VARCHAR(32) NOT NULL, 
	dispute_id VARCHAR(32) NOT NULL, 
	question_id TEXT NOT NULL, 
	reading_id TEXT NOT NULL, 
	point_id TEXT NOT NULL, 
	text TEXT NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	at BIGINT NOT NULL, 
	decided_at BIGINT, 
	CONSTRAINT pk_proposals PRIMARY KEY (id), 
	CONSTRAINT fk_proposals_dispute_id FOREIGN KEY(dispute_id) REFERENCES disputes (id) ON DELETE CASCADE
);
CREATE TABLE reviews (
	seq INTEGER NOT NULL, 
	id VARCHAR(32) NOT NULL, 
	learner VARCHAR(32) NOT NULL, 
	question_id TEXT NOT NULL, 
	reading_id TEXT NOT NULL, 
	point_id TEXT NOT NULL, 
	rating INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	answer_id VARCHAR(32), 
	duration_ms BIGINT, 
	source VARCHAR(16) NOT NULL, 
	action VARCHAR(32) NOT NULL, 
	undone_at BIGINT, 
	superseded_by VARCHAR(32), 
	CONSTRAINT pk_reviews PRIMARY KEY (seq), 
	CONSTRAINT fk_reviews_answer_id FOREIGN KEY(answer_id) REFERENCES answers (id) ON DELETE CASCADE, 
	CONSTRAINT fk_reviews_learner FOREIGN KEY(learner) REFERENCES learners (id) ON DELETE CASCADE, 
	CONSTRAINT uq_reviews_id UNIQUE (id)
);
INSERT INTO "reviews" VALUES(1,'000000000000000000000000000003ea','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','drift','main','p0',3,1795510800123456,'000000000000000000000000000003e8',5000,'grade','000000000000000000000000000003e9',NULL,NULL);
INSERT INTO "reviews" VALUES(2,'000000000000000000000000000003eb','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','drift','main','p1',3,1795510800123456,'000000000000000000000000000003e8',5000,'grade','000000000000000000000000000003e9',NULL,NULL);
INSERT INTO "reviews" VALUES(3,'000000000000000000000000000003ec','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','drift','main','p2',3,1795510800123456,'000000000000000000000000000003e8',5000,'grade','000000000000000000000000000003e9',NULL,NULL);
INSERT INTO "reviews" VALUES(4,'000000000000000000000000000003ed','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','drift','main','p3',3,1795510800123456,'000000000000000000000000000003e8',5000,'grade','000000000000000000000000000003e9',NULL,NULL);
INSERT INTO "reviews" VALUES(5,'000000000000000000000000000003ee','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','drift','main','p4',3,1795510800123456,'000000000000000000000000000003e8',5000,'grade','000000000000000000000000000003e9',NULL,NULL);
INSERT INTO "reviews" VALUES(6,'000000000000000000000000000003ef','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','drift','main','p5',3,1795510800123456,'000000000000000000000000000003e8',5000,'grade','000000000000000000000000000003e9',NULL,NULL);
INSERT INTO "reviews" VALUES(7,'000000000000000000000000000003f0','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','drift','main','p6',3,1795510800123456,'000000000000000000000000000003e8',5000,'grade','000000000000000000000000000003e9',NULL,NULL);
INSERT INTO "reviews" VALUES(8,'000000000000000000000000000003f1','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','drift','main','p7',3,1795510800123456,'000000000000000000000000000003e8',5000,'grade','000000000000000000000000000003e9',NULL,NULL);
INSERT INTO "reviews" VALUES(9,'000000000000000000000000000007d2','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','drift','main','p0',3,1795510800123456,'000000000000000000000000000007d0',5000,'grade','000000000000000000000000000007d1',NULL,NULL);
INSERT INTO "reviews" VALUES(10,'000000000000000000000000000007d3','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','drift','main','p1',3,1795510800123456,'000000000000000000000000000007d0',5000,'grade','000000000000000000000000000007d1',NULL,NULL);
INSERT INTO "reviews" VALUES(11,'000000000000000000000000000007d4','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','drift','main','p2',3,1795510800123456,'000000000000000000000000000007d0',5000,'grade','000000000000000000000000000007d1',NULL,NULL);
INSERT INTO "reviews" VALUES(12,'000000000000000000000000000007d5','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','drift','main','p3',3,1795510800123456,'000000000000000000000000000007d0',5000,'grade','000000000000000000000000000007d1',NULL,NULL);
INSERT INTO "reviews" VALUES(13,'000000000000000000000000000007d6','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','drift','main','p4',3,1795510800123456,'000000000000000000000000000007d0',5000,'grade','000000000000000000000000000007d1',NULL,NULL);
INSERT INTO "reviews" VALUES(14,'000000000000000000000000000007d7','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','drift','main','p5',3,1795510800123456,'000000000000000000000000000007d0',5000,'grade','000000000000000000000000000007d1',NULL,NULL);
INSERT INTO "reviews" VALUES(15,'000000000000000000000000000007d8','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','drift','main','p6',3,1795510800123456,'000000000000000000000000000007d0',5000,'grade','000000000000000000000000000007d1',NULL,NULL);
INSERT INTO "reviews" VALUES(16,'000000000000000000000000000007d9','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','drift','main','p7',3,1795510800123456,'000000000000000000000000000007d0',5000,'grade','000000000000000000000000000007d1',NULL,NULL);
CREATE TABLE settings (
	learner VARCHAR(32) NOT NULL, 
	chosen JSON NOT NULL, 
	CONSTRAINT pk_settings PRIMARY KEY (learner), 
	CONSTRAINT fk_settings_learner FOREIGN KEY(learner) REFERENCES learners (id) ON DELETE CASCADE
);
CREATE TABLE sittings (
	id VARCHAR(32) NOT NULL, 
	learner VARCHAR(32) NOT NULL, 
	at BIGINT NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	size INTEGER NOT NULL, 
	mode VARCHAR(16) NOT NULL, 
	deck JSON NOT NULL, 
	ended_at BIGINT, 
	CONSTRAINT pk_sittings PRIMARY KEY (id), 
	CONSTRAINT fk_sittings_learner FOREIGN KEY(learner) REFERENCES learners (id) ON DELETE CASCADE
);
CREATE TABLE study_version (
	version_num VARCHAR(32) NOT NULL
);
INSERT INTO "study_version" VALUES('0001');
CREATE INDEX ix_answers_learner_at ON answers (learner, at);
CREATE INDEX ix_answers_learner_question_id_at ON answers (learner, question_id, at);
CREATE INDEX ix_answers_sitting ON answers (sitting);
CREATE INDEX ix_cards_learner_due ON cards (learner, due);
CREATE INDEX ix_plans_learner ON plans (learner);
CREATE INDEX ix_sittings_learner_at ON sittings (learner, at);
CREATE INDEX ix_disputes_answer_id ON disputes (answer_id);
CREATE INDEX ix_disputes_learner_at ON disputes (learner, at);
CREATE INDEX ix_reviews_action ON reviews (action);
CREATE INDEX ix_reviews_answer_id ON reviews (answer_id);
CREATE INDEX ix_reviews_learner_at ON reviews (learner, at);
CREATE INDEX ix_reviews_learner_question_id ON reviews (learner, question_id);
CREATE INDEX ix_reviews_learner_source_at ON reviews (learner, source, at);
CREATE INDEX ix_reviews_superseded_by ON reviews (superseded_by) WHERE superseded_by IS NOT NULL;
CREATE INDEX ix_proposals_dispute_id ON proposals (dispute_id);
COMMIT;
