// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { InstanceKey } from "../leases/InstanceKey.sol";

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

    /// @dev What a tenant paid for one lease.
    struct Payment {
        InstanceKey instance;
        uint32 device;
        uint24 masternode;
        uint96 amount;
    }

    /// @dev All shares in basis points. The owner's is of what is paid, the others are of the network's part.
    struct IncomeShares {
        uint16 ownerBps;
        uint16 masternodeBps;
        uint16 reserveBps;
    }

    event IncomeSharesChanged(uint256 ownerBps, uint256 masternodeBps, uint256 reserveBps);
    event Received(Fund indexed fund, address indexed from, uint256 amount);
    event FounderPaid(address indexed founder, uint256 amount);
    /// @dev By the root of which period, and for which 30 days.
    event CreditPaid(
        InstanceKey indexed instance, uint256 indexed month, uint256 indexed period, uint256 amount
    );
    event Spent(Fund indexed fund, address indexed to, uint256 amount);

    error TreasuryCallerNotLeases(address caller);
    error TreasuryCallerNotSettlement(address caller);
    error TreasuryFundTooSmall(Fund fund, uint256 asked, uint256 held);
    error TreasuryRefused(address to, uint256 amount);
    error TreasuryFoundersInvalid();
    error TreasurySharesInvalid(uint256 ownerBps, uint256 masternodeBps, uint256 reserveBps);

    /// @notice Shares out what tenants paid for a period: the devices' owners at its start, the masternodes, the funds.
    /// @custom:caller the leases
    /// @custom:changes pays owners and masternodes; the network's and the reserve fund; what came from each instance in
    /// the period's month
    function shareIncome(uint256 period, Payment[] calldata payments) external payable;

    /// @notice Takes the fund's part of a period's emission, and with it the part of the pot that nobody earned. The
    /// fund's part of period 0 goes to the founders' list.
    /// @custom:caller the settlement
    /// @custom:changes the development fund, or what the founders are owed
    /// @param unearned how much of what is sent nobody earned, in wei
    function receiveEmission(uint256 period, uint256 unearned) external payable;

    /// @notice Pays an availability credit into the account of its instance: at most what came from the instance in that
    /// month, less what was credited, and what the network's fund holds. What is more stays claimable while the month is
    /// one of the last two that had income.
    /// @custom:caller the settlement
    /// @custom:changes the network's fund; the account's balance
    /// @param period whose root has it
    /// @return paid what was sent, in wei
    function payCredit(uint256 period, InstanceKey instance, uint256 month, uint256 amount)
        external
        returns (uint256 paid);

    /// @notice Sets the shares of what is billed for periods that start from now on: owner 5,000 at least, reserve 1,000.
    /// @custom:caller owner
    /// @custom:changes income shares
    function setIncomeShares(IncomeShares calldata shares) external;

    /// @notice Spends from a fund.
    /// @custom:caller owner
    /// @custom:changes the fund
    function spend(Fund fund, address to, uint256 amount) external;

    /// @notice The shares that were in force at `time`.
    function incomeSharesAt(uint256 time) external view returns (IncomeShares memory);

    /// @notice What a fund holds, in wei.
    function fundOf(Fund fund) external view returns (uint256);

    /// @notice What came from an instance in a 30-day month and what of it was credited, in wei.
    function incomeOf(InstanceKey instance, uint256 month)
        external
        view
        returns (uint256 received, uint256 credited);

    function founders() external view returns (Founder[] memory);
}
