-- Nothing but the opening: notes a server that changed, and tells since when.
return {clock, 'done', fence}
