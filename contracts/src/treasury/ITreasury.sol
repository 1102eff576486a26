// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

enum Fund {
    /// The network's part of lease income, the sale of keys, gifts.
    Network,
    /// Kept for bad days.
    Reserve,
    /// Development and community.
    Development
}

/// @title The network's half: what it received, for what, and what a vote spent.
interface ITreasury {
    struct Founder {
        address account;
        uint16 bps;
    }

    event Received(Fund indexed fund, address indexed from, uint256 amount);
    event FounderPaid(address indexed founder, uint256 amount);
    event CreditPaid(uint256 amount);
    event Spent(Fund indexed fund, address indexed to, uint256 amount);

    error TreasuryCallerNotLeases(address caller);
    error TreasuryCallerNotSettlement(address caller);
    error TreasuryShareInvalid(uint256 reserve, uint256 received);
    error TreasuryFundTooSmall(Fund fund, uint256 asked, uint256 held);
    error TreasuryRefused(address to, uint256 amount);
    error TreasuryFoundersInvalid();

    /// @notice Takes the network's part of billed leases; `reserve` wei of it belong to the reserve fund.
    /// @custom:caller the leases
    /// @custom:changes the network's fund and the reserve fund
    function receiveLeaseIncome(uint256 reserve) external payable;

    /// @notice Takes the fund's part of a period's emission; that of period 0 goes to the founders' list.
    /// @custom:caller the settlement
    /// @custom:changes the development fund, or what the founders are owed
    function receiveEmission(uint256 period) external payable;

    /// @notice Pays an availability credit back to the leases, as far as the network's fund reaches.
    /// @custom:caller the leases
    /// @custom:changes the network's fund
    /// @return paid what was sent, in wei
    function payCredit(uint256 amount) external returns (uint256 paid);

    /// @notice Spends from a fund.
    /// @custom:caller owner
    /// @custom:changes the fund
    function spend(Fund fund, address to, uint256 amount) external;

    /// @notice What a fund holds, in wei.
    function fundOf(Fund fund) external view returns (uint256);

    function founders() external view returns (Founder[] memory);
}
