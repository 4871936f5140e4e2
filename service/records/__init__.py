"""Records that campaigns rest on: meetings, letters, documents, stores, teams, projects, lists of units."""
