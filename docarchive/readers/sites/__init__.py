"""What site generators and note programs add: keys, folders and file names."""
