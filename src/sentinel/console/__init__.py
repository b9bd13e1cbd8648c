"""What people and machines see of the city: the API, and the page that lives on it."""
