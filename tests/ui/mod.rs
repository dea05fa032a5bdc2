//! Pages: what people see, whatever others wrote.

mod colours;
mod docs;
mod hostile;
mod pages;
mod policy;
mod snapshots;
mod text;
