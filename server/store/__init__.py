"""What the centre keeps: PostgreSQL through SQLAlchemy Core, and the file with its keys."""
