typedef int hindcast_not_yet;
